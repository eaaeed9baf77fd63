// What programs do with redigo, by Debian's golang-github-gomodule-redigo-dev.
package main

import (
	"bytes"
	"fmt"
	"math/rand"
	"os/exec"
	"strings"
	"time"

	"github.com/gomodule/redigo/redis"
)

const count = 10000

func connect() redis.Conn {
	return must(redis.Dial("tcp", address)).(redis.Conn)
}

func do(client redis.Conn, command string, arguments ...interface{}) interface{} {
	return must(client.Do(command, arguments...))
}

func checkBasics() {
	client := connect()
	defer client.Close()
	do(client, "FLUSHALL")
	equal("ping", do(client, "PING"), "PONG")
	equal("set", do(client, "SET", "name", "Kvasir", "EX", 100), "OK")
	equal("get", must(redis.String(client.Do("GET", "name"))), "Kvasir")
	equal("ttl", do(client, "TTL", "name"), int64(100))
	do(client, "HSET", "hash", "field", "value", "number", 7)
	equal("hash", must(redis.StringMap(client.Do("HGETALL", "hash"))),
		map[string]string{"field": "value", "number": "7"})
	_, err := client.Do("INCR", "name")
	equal("error", err, redis.Error("ERR value is not an integer or out of range"))
}

func checkPipeline() {
	client := connect()
	defer client.Close()
	for i := 0; i < count; i++ {
		client.Send("SET", fmt.Sprint("pipe:", i), i)
	}
	client.Flush()
	for i := 0; i < count; i++ {
		equal("set", must(client.Receive()), "OK")
	}
	found := map[string]bool{}
	for cursor := 0; ; {
		reply := must(redis.Values(client.Do("SCAN", cursor, "MATCH", "pipe:*", "COUNT", 500)))
		var keys []string
		must(redis.Scan(reply.([]interface{}), &cursor, &keys))
		for _, key := range keys {
			found[key] = true
		}
		if cursor == 0 {
			break
		}
	}
	equal("scanned", len(found), count)
}

// A WATCH that is lost once: the second attempt goes through.
func checkTransaction() {
	client, other := connect(), connect()
	defer client.Close()
	defer other.Close()
	do(client, "SET", "watched", 1)
	attempts := 0
	var result interface{}
	for result == nil {
		attempts++
		do(client, "WATCH", "watched")
		value := must(redis.Int(client.Do("GET", "watched"))).(int)
		if attempts == 1 {
			do(other, "SET", "watched", 10)
		}
		client.Send("MULTI")
		client.Send("SET", "watched", value+1)
		client.Send("GET", "watched")
		result = do(client, "EXEC")
	}
	equal("transaction", must(redis.Strings(result, nil)), []string{"OK", "11"})
	equal("attempts", attempts, 2)
}

func checkBlocking() {
	client, other := connect(), connect()
	defer client.Close()
	defer other.Close()
	time.AfterFunc(100*time.Millisecond, func() { other.Do("RPUSH", "queue", "job") })
	equal("a pop that waited", must(redis.Strings(client.Do("BLPOP", "queue", 10))), []string{"queue", "job"})
	equal("a pop of nothing", do(client, "BLPOP", "queue", "0.1"), nil)
}

func checkPubSub() {
	client := connect()
	listener := redis.PubSubConn{Conn: connect()}
	defer client.Close()
	defer listener.Close()
	listener.Subscribe("news")
	listener.PSubscribe("ne?s")
	equal("subscribed", listener.Receive(), redis.Subscription{Kind: "subscribe", Channel: "news", Count: 1})
	equal("subscribed", listener.Receive(), redis.Subscription{Kind: "psubscribe", Channel: "ne?s", Count: 2})
	equal("receivers", do(client, "PUBLISH", "news", "hello"), int64(2))
	equal("heard", listener.Receive(), redis.Message{Channel: "news", Data: []byte("hello")})
	equal("heard", listener.Receive(),
		redis.Message{Channel: "news", Pattern: "ne?s", Data: []byte("hello")})
	listener.Ping("alive")
	equal("ping while subscribed", listener.Receive(), redis.Pong{Data: "alive"})
}

func checkBytes() {
	client := connect()
	defer client.Close()
	every := make([]byte, 256)
	for i := range every {
		every[i] = byte(i)
	}
	do(client, "SET", every, every)
	equal("binary", do(client, "GET", every), every)
	large := make([]byte, 20<<20)
	rand.Read(large)
	do(client, "SET", "large", large)
	equal("20 MB", bytes.Equal(do(client, "GET", "large").([]byte), large), true)
}

func checkScript() {
	client := connect()
	defer client.Close()
	script := redis.NewScript(1, "return redis.call('incrby', KEYS[1], ARGV[1])")
	equal("first", must(script.Do(client, "scripted", 2)), int64(2))
	equal("by its digest", must(script.Do(client, "scripted", 3)), int64(5))
}

// The pool hands out a new connection when one was lost.
func checkReconnect() {
	pool := &redis.Pool{
		MaxIdle:      1,
		Dial:         func() (redis.Conn, error) { return redis.Dial("tcp", address) },
		TestOnBorrow: func(c redis.Conn, _ time.Time) error { _, err := c.Do("PING"); return err },
	}
	client := pool.Get()
	do(client, "SET", "there", "still")
	id := do(client, "CLIENT", "ID")
	client.Close() // back to the pool
	other := connect()
	defer other.Close()
	equal("killed", do(other, "CLIENT", "KILL", "ID", id), int64(1))
	again := pool.Get()
	defer again.Close()
	equal("after CLIENT KILL", must(redis.String(again.Do("GET", "there"))), "still")
}

func main() {
	check("basics, RESP2", checkBasics)
	check("pipeline of 10000, RESP2", checkPipeline)
	check("lost WATCH, RESP2", checkTransaction)
	check("blocking pop, RESP2", checkBlocking)
	check("pub/sub, RESP2", checkPubSub)
	check("binary and 20 MB values, RESP2", checkBytes)
	check("script by its digest, RESP2", checkScript)
	check("reconnect after CLIENT KILL, RESP2", checkReconnect)
	// The library does not know its own version; its package does.
	version, _ := exec.Command("dpkg-query", "-W", "-f=${Version}", "golang-github-gomodule-redigo-dev").Output()
	finish("redigo", strings.TrimPrefix(strings.Split(string(version)+"-", "-")[0], "1:"))
}
