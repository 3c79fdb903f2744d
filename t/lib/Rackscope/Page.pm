# SPDX-License-Identifier: BSD-2-Clause

package Rackscope::Page;

# A browser test: nginx with several locations of the page, and a program of
# t/page/ that node runs.  The TAP of that program becomes that of the test.
#
#     use Rackscope::Page;
#     Rackscope::Page->new->run('join.mjs');
#     done();
#
# The program has in its environment ADMIN and INGEST (addresses) and PREFIX
# (the folder of nginx). To reload, kill or configure nginx it writes lines
# such as "do {"name":…}", and reads the answer, a line of JSON.

use strict;
use warnings;

use IO::Handle;
use POSIX ();
use Test::More ();

use parent 'Rackscope::Nginx';

use Rackscope::Util qw(now decode_json encode_json reap children);

# /logs, behind the auth_request of the frame, and other places of the same
# page: a backend whose clients send a bearer token, one where nobody may
# clear, a kiosk, an application with a prefix.

my $places = <<'END';
        location = /logs {
            auth_request        /auth;
            rackscope_logs_page;
        }

        location = /token/logs {
            rackscope_logs_require_admin off;
            rackscope_logs_page api=/token/api/logs
                                token_key=rackscope.auth.token;
        }
        location /token/api/logs {
            auth_request       /token/auth;
            rackscope_logs_api main;
        }
        location = /token/auth {
            internal;
            if ($http_authorization = "Bearer sesame") {
                return 204;
            }
            return 401;
        }

        location = /readonly/logs {
            auth_request        /auth;
            rackscope_logs_page api=/readonly/api/logs;
        }
        location /readonly/api/logs {
            limit_except GET {
                deny all;
            }
            auth_request       /auth;
            rackscope_logs_api main;
        }

        location /kiosk/ {
            rackscope_logs off;
            auth_request   /auth;

            location = /kiosk/logs {
                rackscope_logs_page api=/kiosk/api/logs;
            }
            location /kiosk/api/logs {
                rackscope_logs_api main;
            }
        }

        location = /zones/logs {
            auth_request        /auth;
            rackscope_logs_page api=Shop:/api/logs api=Racks:/readonly/api/logs
                                "title=The whole shop";
        }

        location = /signin/logs {
            auth_request        /auth;
            rackscope_logs_page api=/never/api/logs signin=/enter;
        }
        location /never/api/logs {
            return 401;
        }

        location = /half/logs {
            auth_request        /auth;
            rackscope_logs_page api=/kiosk/api/logs;
        }

        location = /short/logs {
            auth_request        /auth;
            rackscope_logs_page api=/short/api/logs;
        }
        location /short/api/logs {
            auth_request                  /auth;
            rackscope_logs_api            main;
            rackscope_logs_stream_timeout 1s;
        }
END

sub new {
    my ($class, %conf) = @_;

    $conf{admin} = $places . ($conf{admin} // '');
    $conf{http}  = 'rackscope_logs_level DEBUG;' . ($conf{http} // '');
    return $class->SUPER::new(%conf)->start;
}

# What a program can ask for.

my %do = (
    reload  => sub { $_[0]->reload ? 1 : 0 },
    kill    => sub { $_[0]->kill_worker ? 1 : 0 },
    restart => sub { $_[0]->stop('QUIT'); $_[0]->start; 1 },
    stop    => sub { $_[0]->stop('QUIT') },
    start   => sub { $_[0]->start; 1 },
    workers => sub { [ $_[0]->workers ] },
);

# Runs a program of t/page/, with more for its environment.

sub run {
    my ($self, $program, %env) = @_;

    my ($pid, $from, $to) = $self->_node($program, %env);

    my %said     = (tests => 0);
    my $deadline = now() + ($ENV{RACKSCOPE_SECONDS} // 150);

    while (defined(my $line = _line($from, $deadline))) {
        if ($line =~ /\Ado (.*)/) {
            my ($name, @args) = @{ decode_json($1) };
            my $value = eval { $do{$name}->($self, @args) };
            print {$to} encode_json({ value => $value, error => $@ }), "\n";

        } else {
            _relay(\%said, $line);
        }
    }

    # the browser too, which node can no longer end
    kill 'KILL', $pid, children($pid) if now() >= $deadline;
    my $status = reap($pid) // 'none';

    Test::More::ok($status eq '0' && $said{tests} > 0
            && $said{tests} == ($said{plan} // -1), "$program ended well")
        or Test::More::diag(now() >= $deadline ? 'no end' : "status $status, "
            . "$said{tests} tests");
    return;
}

sub _node {
    my ($self, $program, %env) = @_;

    pipe my $from,  my $stdout or die "pipe: $!\n";
    pipe my $stdin, my $to     or die "pipe: $!\n";

    my $pid = fork // die "fork: $!\n";

    if ($pid == 0) {
        open STDIN,  '<&', $stdin  or POSIX::_exit(126);
        open STDOUT, '>&', $stdout or POSIX::_exit(126);
        close $_ for $from, $to;

        # so that the browser's own files are removed with the test's
        $env{TMPDIR} = $self->prefix;
        $env{PREFIX} = $self->prefix;
        $env{ADMIN}  = 'http://127.0.0.1:' . $self->port(0);
        $env{INGEST} = 'http://127.0.0.1:' . $self->port(1) . '/internal/logs';

        delete @ENV{qw(LD_PRELOAD http_proxy HTTP_PROXY NODE_OPTIONS)};
        @ENV{ keys %env } = values %env;    ## no critic (RequireLocalizedPunctuationVars)

        exec 'node', Rackscope::Nginx::root() . "/t/page/$program"
            or POSIX::_exit(127);
    }

    close $_ for $stdout, $stdin;
    $to->autoflush(1);
    return ($pid, $from, $to);
}

# The next line, or undef at the end or when the time is over.

my %rest;

sub _line {
    my ($fh, $deadline) = @_;

    while (1) {
        return $1 if ($rest{$fh} //= '') =~ s/\A(.*)\n//;

        my $bits = '';
        vec($bits, fileno $fh, 1) = 1;

        my $left = $deadline - now();
        return if $left <= 0 || !select $bits, undef, undef, $left;
        return if !sysread $fh, $rest{$fh}, 65_536, length $rest{$fh};
    }
}

sub _relay {
    my ($said, $line) = @_;

    if ($line =~ /\A(not\ )?ok\ (\d+)\ -\ (.*)/x) {
        $said->{tests}++;
        $said->{failed} = $1;
        Test::More::ok(!$1, $3);

    } elsif ($line =~ /\A1\.\.(\d+)\z/) {
        $said->{plan} = $1;

    } else {
        # shows what a failed test says
        $line =~ s/\A# ?//;
        $said->{failed} ? Test::More::diag($line) : Test::More::note($line);
    }

    return;
}

1;
