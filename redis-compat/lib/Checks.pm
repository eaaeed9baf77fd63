# What the programs for Perl share: where the server is, and the list of what was checked.
# Each program is started as: perl <program>.pl <host> <port> [restarts]
package Checks;
use strict;
use warnings;
use Exporter 'import';
use Data::Dumper;

our @EXPORT = qw($HOST $PORT check equal run_later finish);
our ($HOST, $PORT) = @ARGV;
my ($begun, $passed) = (0, 0);
$| = 1;

# Runs one check. A failure is printed and counted; the checks after it still run.
sub check {
    my ($title, $body) = @_;
    $begun++;
    if (eval { $body->(); 1 }) {
        $passed++;
        print "  ok       $title\n";
    } else {
        my $reason = (split /\n/, "$@")[0];
        print "  FAILED   $title: $reason\n";
    }
}

sub shown {
    local $Data::Dumper::Terse = 1;
    local $Data::Dumper::Indent = 0;
    local $Data::Dumper::Sortkeys = 1;
    local $Data::Dumper::Useqq = 1;
    return Dumper($_[0]);
}

sub equal {
    my ($what, $actual, $expected) = @_;
    my @texts = (shown($actual), shown($expected));
    return if $texts[0] eq $texts[1];
    die "$what: " . substr($texts[0], 0, 200) . ', expected ' . substr($texts[1], 0, 200) . "\n";
}

# Runs words as a command a moment later, by another process, so that something can wait for them.
sub run_later {
    my @words = @_;
    my $pid = fork() // die "no process: $!\n";
    return if $pid;
    select undef, undef, undef, 0.2;
    open STDOUT, '>', '/dev/null';
    exec 'redis-cli', '-h', $HOST, '-p', $PORT, @words;
}

# Prints the total and ends the program.
sub finish {
    my ($program, $version) = @_;
    print "$program $version: $passed of $begun checks passed\n";
    exit($passed == $begun ? 0 : 1);
}

1;
