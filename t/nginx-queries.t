# SPDX-License-Identifier: BSD-2-Clause
#
# No record of nginx's own has a query string, whatever goes wrong with the
# request, at the level of notices and while nginx debugs.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/lib";

use Rackscope::Test;

# A value that is no word, one that is, and one that is short.

my $code  = 'mArK3r8d1f';
my $word  = 'zebracrossing';
my $short = '471199';
my $query = "code=$code&state=$word&otp=$short";

# One that the client does not send: of a subrequest, or of a backend.

my $other = '0th3r-mark';

# The same for two servers: one writes notices, the other debugs HTTP.

my $locations = <<'END';
        server_name  one.example;
        rewrite_log  on;

        location /dead {
            proxy_pass http://127.0.0.1:%%PORT_8%%;
        }
        location /made {
            proxy_pass http://127.0.0.1:%%PORT_8%%/$arg_state/$arg_code?$args;
        }
        location /named {
            proxy_pass http://$arg_state/;
        }
        location /ported {
            proxy_pass http://$arg_state:$arg_otp/;
        }
        location /backend {
            proxy_pass http://127.0.0.1:%%PORT_6%%;
        }
        location /fastcgi {
            fastcgi_pass  127.0.0.1:%%PORT_8%%;
            fastcgi_param QUERY_STRING $query_string;
            fastcgi_param REQUEST_URI  $request_uri;
            fastcgi_param CODE         $arg_code;
        }
        location /uwsgi {
            uwsgi_pass  127.0.0.1:%%PORT_8%%;
            uwsgi_param QUERY_STRING $query_string;
        }
        location /scgi {
            scgi_pass  127.0.0.1:%%PORT_8%%;
            scgi_param QUERY_STRING $query_string;
        }
        location /memcached {
            set            $memcached_key $uri?$args;
            memcached_pass 127.0.0.1:%%PORT_8%%;
        }
        location /files {
            root %%PREFIX%%/$arg_code;
        }
        location /tried {
            root      %%PREFIX%%;
            try_files /$arg_state/$args /$arg_otp =404;
        }
        location /limited {
            limit_req zone=limited;
            root      %%PREFIX%%;
        }
        location /denied {
            deny all;
        }
        location /moved {
            return 301 https://h.example/cb?$args&x=$arg_code;
        }
        location /rewritten {
            rewrite ^/rewritten(.*)$ /dead$1?again=$arg_code last;
        }
        location /redirected {
            rewrite ^ https://h.example/cb?x=$arg_state redirect;
        }
        location /matched {
            if ($args ~ never) { return 400; }
            if ($args ~ code=) { set $x $arg_code; }
            if ($arg_code ~ never) { return 400; }
            if ($arg_state$arg_otp ~ never) { return 400; }
            if ($arg_otp ~ never) { return 400; }
            if ($request_uri ~ "^/never\?x$") { return 400; }
            if ($http_referer ~ never) { return 400; }
            proxy_pass http://127.0.0.1:%%PORT_8%%;
        }
        location /authorized {
            auth_request /dead/auth?inner=$arg_code;
            root %%PREFIX%%;
        }
        location /ssi {
            ssi on;
            ssi_types *;
            return 200 '<!--# include virtual="/dead/$arg_state?$args" -->
                        <!--# include virtual="/../..?$args" -->
                        <!--# echo var="arg_code" -->
                        <!--# if expr="$arg_code = /(never/" --><!--# endif -->
                        <!--# $args -->';
        }
        location /page {
            ssi          on;
            alias        %%PREFIX%%/page.html;
            default_type text/html;
        }
        location /error {
            error_page 502 /files/error?$args;
            proxy_pass http://127.0.0.1:%%PORT_8%%;
            proxy_intercept_errors on;
        }
        location /mapped {
            proxy_pass http://127.0.0.1:%%PORT_8%%;
            proxy_set_header X-Mapped $mapped;
            proxy_set_header X-Args   $args;
        }
        location /kiosk {
            rackscope_logs off;
            return 404;
        }
        location /listed {
            autoindex        on;
            autoindex_format jsonp;
            alias            %%PREFIX%%/;
        }
END

my $nginx = Rackscope::Nginx->new(
    workers => 1,
    zone    => 'main entries=20000 entry_size=2k',
    http    => <<'END',
    rackscope_logs_access_log main;
    rackscope_logs_error_log  main debug;
    limit_req_zone $server_name zone=limited:1m rate=1r/m;
    resolver 127.0.0.1:%%PORT_8%% ipv6=off;
    resolver_timeout 1s;
    map $arg_code $mapped {
        never   x;
        default $arg_state;
    }
    log_format odd $args;
END
    servers => <<"END",
    server {
        listen    127.0.0.1:%%PORT_7%%;
        error_log %%PREFIX%%/notices.log info;
$locations
    }
    server {
        listen    127.0.0.1:%%PORT_9%%;
        error_log %%PREFIX%%/debug.log debug_http;
$locations
    }
END
)->start;

spew($nginx->prefix . '/page.html',
    qq(<!--# include virtual="/matched?inner=$other" -->));

# A backend whose answers are made here.

socket my $backend, Socket::PF_INET(), Socket::SOCK_STREAM(), 0
    or die "socket: $!\n";
setsockopt $backend, Socket::SOL_SOCKET(), Socket::SO_REUSEADDR(), 1;
bind $backend,
    Socket::pack_sockaddr_in($nginx->port(6), Socket::INADDR_LOOPBACK())
    or die "bind: $!\n";
listen $backend, 10 or die "listen: $!\n";

my %answer = (
    '/backend/control' => "Location: https://h.example/cb?$query\0\r\n",
    '/backend/twice'   => "Content-Length: 0\r\n"
        . "Location: /a?code=$code\r\nLocation: /b?code=$code\r\n"
        . "Content-Length: 1\r\n",
    '/backend/accel' => "X-Accel-Redirect: /matched?inner=$other\r\n",
    '/backend/moved' =>
        "Content-Length: 0\r\nLocation: https://h.example/cb?$query\r\n",
);

# Sends the bytes of a request.  All that nginx says of it is there when the
# error of a request behind it is; while nginx debugs, that may be one of the
# lines that are too many at once, and then it is asked for again.

my %seen;
my $n = 0;

sub finish {
    my ($port) = @_;

    my $found;

    for (my $tries = 0; $tries < 10 && !$found; $tries++) {
        my $id = 'end-' . ++$n;
        $nginx->get('/denied', port => $port, headers =>
            [ 'X-Request-ID' => $id, Connection => 'close' ]);
        $found = wait_until {
            $nginx->records("n=1&search=forbidden&request_id=$id")
        } 1;
    }

    ok $found, 'the last line is there';
    return;
}

sub send_raw {
    my ($port, $path, $bytes) = @_;

    my $client = $nginx->client($port);
    $client->send($bytes);

    if ($answer{$path}) {
        accept my $peer, $backend or die "accept: $!\n";
        sysread $peer, my $request, 4096;
        syswrite $peer, "HTTP/1.1 302 Found\r\n$answer{$path}\r\n";
        close $peer;
    }

    $client->response(20);
    $client->close;
    return finish($port);
}

# GET of a path with the query, which also stands in the referrer.

sub send_query {
    my ($port, $path) = @_;

    return send_raw($port, $path,
              "GET $path?$query HTTP/1.1\r\nHost: one.example\r\n"
            . "Referer: https://u:p\@h.example/from?$query\r\n"
            . "X-Original: https://h.example/from?$query\r\n"
            . "Connection: close\r\n\r\n");
}

sub clean {
    my ($name, $last) = @_;

    my @records = $nginx->records("n=20000&since_seq=$last");
    my @bad = grep { /$code|$word|$short|$other/i } map { encode_json($_) } @records;

    is scalar(@bad), 0, "$name: nothing of a query";
    diag substr $_, 0, 400 for splice @bad, 0, 5;

    $seen{ $_->{logger} . ' ' . $_->{message} } = $_ for @records;
    return;
}

sub said {
    my ($pattern) = @_;

    my ($text) = grep { /$pattern/ } sort keys %seen;
    ok defined $text, "said: $pattern";
    return defined $text ? $seen{$text} : {};
}

my @paths = qw(/dead /made /named /ported /fastcgi /uwsgi /scgi /memcached /files /tried
    /limited /limited /denied /moved /rewritten/x /redirected /matched
    /authorized /ssi /page /error /mapped /listed/ /kiosk);

# What is odd in a request line, or no request line at all; § is the query.

my @odd = (
    "GET http://one.example/dead?§ HTTP/1.1\r\nHost: one.example\r\n",
    "GET http://one.example?§ HTTP/1.1\r\nHost: one.example\r\n",
    "GET /dead?a?§?b HTTP/1.1\r\nHost: one.example\r\n",
    "GET /dead%3F§ HTTP/1.1\r\nHost: one.example\r\n",
    "GET /files/a%20b%3F§ HTTP/1.1\r\nHost: one.example\r\n",
    "GET /dead%253F§ HTTP/1.1\r\nHost: one.example\r\n",
    "GET /dead#§ HTTP/1.1\r\nHost: one.example\r\n",
    "GET /dead?#§ HTTP/1.1\r\nHost: one.example\r\n",
    "GET /dead?\"§\" HTTP/1.1\r\nHost: one.example\r\n",
    "GET /matched?x=\"a\",\"§&\xff\xfe HTTP/1.1\r\nHost: one.example\r\n",
    "GET /matched?§&long=" . 'x' x 3000 . "&§ HTTP/1.1\r\nHost: one.example\r\n",
    "GET /matched?long=" . 'x' x 3000 . "&§ HTTP/1.1\r\nHost: one.example\r\n",
    "GET /dead/" . 'y' x 1900 . "?§ HTTP/1.1\r\nHost: one.example\r\n",
    "OPTIONS *?§ HTTP/1.1\r\nHost: one.example\r\n",
    "OPTIONS * HTTP/1.1\r\nHost: one.example\r\nReferer: /a?§\r\n",
    "GET /dead?§ HTTP/1.1\r\n",
    "GET /dead?§ HTTP/1.1\r\nHost: one.example?§\r\n",
    "GET /dead?§ HTTP/1.1\r\nHost: a\r\nHost: b\r\n",
    "GET /dead?§ HTTP/1.1\r\nHost: a\r\nReferer: /a?\x01§\r\n",
    "GET /dead?§ HTTP/1.1\r\nHost: a\r\nReferer : /a?§\r\n",
    "GET /dead?§ HTTP/1.1\r\nHost: a\r\nReferer: \"/a?x\" §\r\n",
    "GET /dead?§ HTTP/1.1\r\nHost: a\r\nReferer: https://u:p?w\@h/a?§\r\n",
    "GET /dead?§ HTTP/1.1\r\nHost: a\r\nReferer: /a?§\r\nReferer: /b?§\r\n",
    "GET /dead?§ HTTP/9.9\r\nHost: a\r\n",
    "GET /dead?§ x HTTP/1.1\r\nHost: a\r\n",
    "GET /dead?x \"§\" HTTP/1.1\r\nHost: a\r\n",
    "GET /dead?§, client: 6.6.6.6, server: x HTTP/1.1\r\nHost: a\r\n",
    "get /dead?§ HTTP/1.1\r\nHost: a\r\n",
    "GET  /dead?§ HTTP/1.1\r\nHost: a\r\n",
    "GET\t/dead?§ HTTP/1.1\r\nHost: a\r\n",
    "GET ?§ HTTP/1.1\r\nHost: a\r\n",
    "CONNECT h?§ HTTP/1.1\r\nHost: a\r\n",
    "/dead?§\r\n",
    "\x16\x03\x01 ?§\r\n",
    "POST /dead?§ HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999\r\n",
    "POST /dead?§ HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: §\r\n",
);

my $debugs = run(Rackscope::Nginx::binary(), '-V')->{err} =~ /--with-debug/;

$nginx->allow_log(qr/duplicate|invalid/);

for my $port ($debugs ? (7, 9) : 7) {
    my $level = $port == 7 ? 'notices' : 'debugging';

    for my $path (@paths, sort keys %answer) {
        my $last = $nginx->last_seq;
        send_query($port, $path);
        clean("$level: $path", $last);
    }

    for my $odd (@odd) {
        my $last  = $nginx->last_seq;
        my $bytes = $odd =~ s/§/$query/gr;
        send_raw($port, '', "${bytes}Connection: close\r\n\r\n");

        $odd =~ s/[^ -~]+/ /g;
        clean("$level: " . substr($odd, 0, 60), $last);
    }

    ok !(grep { /dropped/ } keys %seen), 'no line was dropped'
        if $port == 7;

    my $last = $nginx->last_seq;
    $nginx->raw("GET /dead?$query\r\n", port => $port);
    finish($port);
    clean("$level: HTTP/0.9", $last);
}

# It was there to be taken out: what is left of it.

like said(qr/\Anginx.error connect\(\) failed/)->{path}, qr{\A/\w+\z}, 'a path';

said($_) for qr{\Anginx\.access GET /dead%3F - 502},
    qr{\Anginx\.error "\^/rewritten\(\.\*\)\$" matches "/rewritten/x"\z},
    qr{\Anginx\.error rewritten data: "/dead/x", args: "\*\*\*"\z},
    qr{\Anginx\.error rewritten redirect: "https://h\.example/cb"\z},
    qr{\Anginx\.error "never" does not match "\*\*\*"\z},
    qr{\Anginx\.error "code=" matches "\*\*\*"\z},
    qr{\Anginx\.error "\^/never\\\?x\$" does not match "/matched"\z},
    qr{\Anginx\.error "never" does not match "https://u:\*\*\*\@h.example/from"\z},
    qr{\Anginx\.error limiting requests, excess: .* by zone "limited"\z},
    qr{\Anginx\.error access forbidden by rule\z},
    qr{\Anginx\.error \*\*\* could not be resolved},
    qr{\Anginx\.error upstream sent invalid header: "Location: https://h};

# Of what is debugged, too; what was too much at once is asked for again.

my %debugged = (
    '/dead' => [
        qr{http args: "\*\*\*"\z},
        qr{http request line: "GET /dead HTTP/1\.1"\z},
        qr{http header: "Referer: https://u:\*\*\*\@},
        qr{http header: "X-Original: https://h.example/from"\z},
        qr{http upstream request: "/dead"\z},
        qr{http proxy header:\n"GET /dead HTTP/1\.[01]},
    ],
    '/fastcgi' => [
        qr{fastcgi param: "QUERY_STRING: \*\*\*"\z},
        qr{fastcgi param: "CODE: \*\*\*"\z},
    ],
    '/mapped' =>
        [ qr{http map: "\*\*\*" "\*\*\*"\z}, qr{http script var: "\*\*\*"\z} ],
);

for my $path ($debugs ? sort keys %debugged : ()) {
    for my $pattern (map { qr/\Anginx\.error $_/ } @{ $debugged{$path} }) {

        for (my $tries = 0; $tries < 5; $tries++) {
            last if grep { /$pattern/ } keys %seen;

            my $last = $nginx->last_seq;
            send_query(9, $path);
            clean("once more $path", $last);
        }

        said($pattern);
    }
}

ok !(grep { m{special response: 404, "/kiosk} } keys %seen),
    'nothing of a kiosk';

# The error logs themselves are nginx's, and have them.

like slurp($nginx->prefix . '/notices.log'), qr/$code/, 'it was in the log';

done();
