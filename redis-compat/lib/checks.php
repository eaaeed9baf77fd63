<?php
// What the programs for PHP share: where the server is, and the list of what was checked.
// Each program is started as: php <program>.php <host> <port> [restarts]

$host = $argv[1];
$port = (int) $argv[2];
$begun = 0;
$passed = 0;

// Runs one check. A failure is printed and counted; the checks after it still run.
function check(string $title, callable $body): void
{
    global $begun, $passed;
    $begun++;
    try {
        $body();
        $passed++;
        echo "  ok       $title\n";
    } catch (Throwable $error) {
        echo "  FAILED   $title: {$error->getMessage()}\n";
    }
}

function equal(string $what, $actual, $expected): void
{
    if ($actual !== $expected) {
        $shown = [substr(var_export($actual, true), 0, 200), substr(var_export($expected, true), 0, 200)];
        throw new Exception("$what: $shown[0], expected $shown[1]");
    }
}

// Runs words as a command a moment later, by another process, so that something can wait for them.
function runLater(string ...$words): void
{
    global $host, $port;
    $command = implode(' ', array_map('escapeshellarg', $words));
    exec("(sleep 0.2; redis-cli -h $host -p $port $command) >/dev/null 2>&1 &");
}

// Prints the total and ends the program.
function finish(string $program, string $version): void
{
    global $begun, $passed;
    echo "$program $version: $passed of $begun checks passed\n";
    exit($passed === $begun ? 0 : 1);
}
