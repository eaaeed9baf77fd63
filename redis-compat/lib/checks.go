// What the programs for Go share: where the server is, and the list of what was checked.
// Each program is started as: <program> <host> <port> [restarts]
package main

import (
	"fmt"
	"os"
	"reflect"
	"time"
)

var (
	address = os.Args[1] + ":" + os.Args[2]
	begun   int
	passed  int
)

// check runs one check. A failure is printed and counted; the checks after it still run.
func check(title string, body func()) {
	begun++
	defer func() {
		if reason := recover(); reason != nil {
			fmt.Printf("  FAILED   %s: %v\n", title, reason)
			return
		}
		passed++
		fmt.Printf("  ok       %s\n", title)
	}()
	body()
}

// must gives the value of a call that may not fail.
func must(value interface{}, err error) interface{} {
	if err != nil {
		panic(err)
	}
	return value
}

func equal(what string, actual, expected interface{}) {
	if !reflect.DeepEqual(actual, expected) {
		panic(fmt.Sprintf("%s: %.200v, expected %.200v", what, actual, expected))
	}
}

// until waits until probe says true.
func until(what string, probe func() bool) {
	end := time.Now().Add(30 * time.Second)
	for !probe() {
		if time.Now().After(end) {
			panic("waited 30 s for " + what)
		}
		time.Sleep(20 * time.Millisecond)
	}
}

// finish prints the total and ends the program.
func finish(program, version string) {
	fmt.Printf("%s %s: %d of %d checks passed\n", program, version, passed, begun)
	if passed != begun {
		os.Exit(1)
	}
}
