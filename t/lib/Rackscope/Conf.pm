# SPDX-License-Identifier: BSD-2-Clause

package Rackscope::Conf;

# The nginx.conf of a Rackscope::Nginx, which says what can be given.

use strict;
use warnings;

use Carp qw(croak);

use Rackscope::Util qw(spew run);

# Changes what was given to new() and writes nginx.conf; to be followed by
# start() or reload().

sub configure {
    my ($self, %conf) = @_;

    $self->{conf} = { %{ $self->{conf} }, %conf };
    spew("$self->{prefix}/nginx.conf", $self->_render);
    return $self;
}

sub _render {
    my ($self) = @_;

    my $prefix = $self->{prefix};
    my $text   = $self->{conf}{conf} // $self->_default;

    my %fill = (
        PREFIX  => $prefix,
        GLOBALS => $self->_globals,
        PATHS   => join "\n    ",
        "access_log $prefix/access.log;",
        map { "${_}_temp_path $prefix/${_}_temp;" }
            qw(client_body proxy fastcgi uwsgi scgi)
    );

    $text =~ s/%%(GLOBALS|PATHS)%%/$fill{$1}/g;
    $text =~ s/%%PORT_(\d)%%/$self->{ports}[$1]/g;
    $text =~ s/%%PREFIX%%/$prefix/g;
    $text =~ s/(%%\w+%%)/croak "nothing to fill $1 with"/ge;

    return $text;
}

sub _globals {
    my ($self) = @_;

    my $level = $self->{conf}{log_level} // 'info';
    my @lines = (
        ($self->module eq '' ? () : 'load_module ' . $self->module . ';'),
        'pid %%PREFIX%%/nginx.pid;',
        'lock_file %%PREFIX%%/nginx.lock;',
        "error_log %%PREFIX%%/error.log $level;",
    );

    # Only this user may use the folder, so workers must run as this user.
    unshift @lines, 'user root;' if $> == 0;

    # What a new binary (USR2) needs of the environment to load the module.
    push @lines, map { "env $_;" } qw(LD_PRELOAD ASAN_OPTIONS UBSAN_OPTIONS)
        if $ENV{RACKSCOPE_PRELOAD};

    return join "\n", @lines;
}

sub _default {
    my ($self) = @_;

    my %c = (workers => 2, zone => 'main', %{ $self->{conf} });
    $c{$_} //= '' for qw(main events http admin api ingest intake servers);

    my $zone = $c{zone} ne '' ? "rackscope_logs_zone $c{zone};" : '';
    my ($name) = $c{zone} =~ /\A(\S+)/;

    my $tls = '';
    if ($c{h2}) {
        $self->_certificate;
        my $old = $self->version < 1_025_001;
        my $h2  = $old ? ' http2' : '';
        $tls = <<"END" . ($old ? '' : "        http2 on;\n");
        listen 127.0.0.1:%%PORT_2%% ssl$h2;
        listen 127.0.0.1:%%PORT_3%%$h2;
        ssl_certificate %%PREFIX%%/cert.pem;
        ssl_certificate_key %%PREFIX%%/key.pem;
END
    }

    my $api = defined $name ? <<"END" : '';
        location /api/logs {
            auth_request /auth;
            rackscope_logs_api $name;
            $c{api}
        }
END
    my $ingest = defined $name ? <<"END" : '';
        location = /internal/logs {
            rackscope_logs_ingest $name;
            $c{intake}
        }
END

    # With reuseport each worker has a queue of its own, and so gets its part
    # of the connections. client_of() relies on that.

    return <<"END";
%%GLOBALS%%
worker_processes $c{workers};
$c{main}

events {
    worker_connections 512;
    $c{events}
}

http {
    %%PATHS%%
    add_header X-Worker \$pid always;
    $zone
    $c{http}

    server {
        listen 127.0.0.1:%%PORT_0%% reuseport;
$tls
$api
        location = /auth {
            internal;
            if (\$http_x_test_auth = deny) {
                return 403;
            }
            if (\$http_x_test_auth = none) {
                return 401;
            }
            return 204;
        }

        location = /worker {
            return 200 \$pid;
        }

        $c{admin}
    }

    server {
        listen 127.0.0.1:%%PORT_1%% reuseport;
$ingest
        location = /worker {
            return 200 \$pid;
        }

        $c{ingest}
    }

    $c{servers}
}
END
}

sub _certificate {
    my ($self) = @_;

    return if -e "$self->{prefix}/cert.pem";

    my $result = run(qw(openssl req -x509 -nodes -days 2 -newkey ec
            -pkeyopt ec_paramgen_curve:prime256v1 -subj /CN=localhost
            -addext subjectAltName=DNS:localhost),
        -keyout => "$self->{prefix}/key.pem",
        -out    => "$self->{prefix}/cert.pem");

    $result->{rc} == 0 or die "openssl: $result->{err}\n";
    return;
}

1;
