# What programs do with Perl's Redis, by Debian's libredis-perl, and with Redis::Fast, which has the
# same calls on hiredis.
use strict;
use warnings;
use Checks;
use Redis;
use Redis::Fast;

sub check_all {
    my ($class) = @_;
    my $connect = sub { $class->new(server => "$HOST:$PORT", reconnect => 5, every => 50_000, @_) };
    my ($client, $other) = ($connect->(), $connect->());
    my $check = sub { check("$class: $_[0], RESP2", $_[1]) };

    $check->('basics', sub {
        $client->flushall;
        equal('ping', $client->ping, 'PONG');
        equal('set', $client->set('name', 'Kvasir', 'EX', 100), 'OK');
        equal('set if absent', scalar $client->set('name', 'x', 'NX'), undef);
        equal('get', $client->get('name'), 'Kvasir');
        $client->hmset('hash', 'a', 1, 'b', 2);
        equal('hash', { $client->hgetall('hash') }, { a => '1', b => '2' });
        equal('error', eval { $client->incr('name'); 1 }, undef);
        die "$@\n" unless $@ =~ /ERR value is not an integer or out of range/;
    });

    $check->('pipeline of 10000', sub {
        my $wrong = 0;
        $client->set("pipe:$_", $_, sub { $wrong++ unless $_[0] eq 'OK' }) for 1 .. 10_000;
        $client->wait_all_responses;
        equal('wrong replies', $wrong, 0);
        my ($cursor, %found) = (0);
        do {
            ($cursor, my $keys) = $client->scan($cursor, 'MATCH', 'pipe:*', 'COUNT', 500);
            @found{@$keys} = ();
        } while $cursor;
        equal('scanned', scalar(keys %found), 10_000);
    });

    # A WATCH that is lost once: the second attempt goes through.
    $check->('lost WATCH', sub {
        $client->set('watched', 1);
        my ($attempts, @result) = (0);
        until (@result && defined $result[0]) {
            $attempts++;
            $client->watch('watched');
            my $value = $client->get('watched');
            $other->set('watched', 10) if $attempts == 1;
            $client->multi;
            $client->set('watched', $value + 1);
            $client->get('watched');
            @result = $client->exec;
        }
        equal('transaction', \@result, ['OK', '11']);
        equal('attempts', $attempts, 2);
    });

    $check->('blocking pop', sub {
        run_later('RPUSH', 'queue', 'job');
        equal('a pop that waited', [$client->blpop('queue', 10)], ['queue', 'job']);
    });

    $check->('pub/sub', sub {
        my @heard;
        my $listener = $connect->();
        $listener->subscribe('news', sub { push @heard, [@_[0, 1]] });
        run_later('PUBLISH', 'news', 'hello');
        for (1 .. 30) { last if @heard; $listener->wait_for_messages(1) }
        equal('heard', $heard[0], ['hello', 'news']);
    }) if $class eq 'Redis';

    $check->('binary and 20 MB values', sub {
        my $every = join '', map { chr } 0 .. 255;
        $client->set($every, $every);
        equal('binary', $client->get($every) eq $every, 1);
        my $large = $every x (20 << 12);
        $client->set('large', $large);
        equal('20 MB', $client->get('large') eq $large, 1);
    });

    $check->('reconnect after CLIENT KILL', sub {
        $client->set('there', 'still');
        my $id = $client->client_id;
        equal('killed', $other->client_kill('ID', $id), 1);
        equal('after CLIENT KILL', $client->get('there'), 'still');
    });
}

check_all('Redis');
check_all('Redis::Fast');
finish('perl-redis', $Redis::VERSION);
