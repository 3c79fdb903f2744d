# SPDX-License-Identifier: BSD-2-Clause
#
# Who may read: only requests that auth_request approved, whatever way they
# came, and what the others get.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/lib";

use MIME::Base64 qw(encode_base64);

use Rackscope::Test;

my $basic = 'auth_basic logs; auth_basic_user_file %%PREFIX%%/htpasswd;';
my $api   = 'rackscope_logs_api main;';

my $nginx = Rackscope::Nginx->new(
    workers => 4,
    zone    => 'main streams=64',
    http    => 'ssi_types text/plain; log_subrequest on;',
    admin   => <<"END",
        location = /auth-error { internal; return 500; }
        location = /auth-found { internal; return 302 /login; }
        location = /auth-proxied {
            internal;
            proxy_pass http://127.0.0.1:%%PORT_1%%/refuse;
        }

        location /yes     { auth_request /auth; $api }
        location /error   { auth_request /auth-error; $api }
        location /found   { auth_request /auth-found; $api }
        location /proxied { auth_request /auth-proxied; $api }
        location /missing { auth_request /nowhere; $api }
        location /itself  { auth_request /yes; $api }

        location /none    { $api }
        location /off     { auth_request off; $api }

        location /outer {
            auth_request /auth;
            location /outer/inner   { $api }
            location /outer/forgets { auth_request off; $api }
        }

        location /any {
            satisfy any;
            auth_request /auth;

            location /any/allow { allow 127.0.0.1; deny all; $api }
            location /any/deny  { deny all; $api }
            location /any/basic { $basic $api }
        }

        location /all { auth_request /auth; $basic $api }

        location /basic {
            $basic $api
            rackscope_logs_require_admin off;
        }
        location /allow {
            allow 127.0.0.1;
            deny  all;
            $api
            rackscope_logs_require_admin off;
        }
        location /deny {
            deny all;
            $api
            rackscope_logs_require_admin off;
        }

        # other ways, all of them from a place that was approved

        location /try-yes  { auth_request /auth; try_files /no /yes\$is_args\$args; }
        location /try-none { auth_request /auth; try_files /no /none; }
        location /page-yes  { auth_request /auth; error_page 404 = /yes; }
        location /page-none { auth_request /auth; error_page 404 = /none; }
        location /name-yes  { auth_request /auth; error_page 404 = \@yes; }
        location /name-none { auth_request /auth; error_page 404 = \@none; }
        location \@yes       { auth_request /auth; $api }
        location \@none      { $api }
        location /accel {
            auth_request /auth;
            proxy_pass http://127.0.0.1:%%PORT_1%%/accel;
        }

        # subrequests, to a place that would let the same request in

        location /ssi {
            auth_request /auth;
            ssi on;
            return 200 'A<!--#include virtual="/yes" -->B<!--#include virtual="/yes/stream?since_seq=0" -->C<!--#include virtual="/allow" -->D';
        }
        location /after {
            auth_request /auth;
            add_after_body /yes;
            add_before_body /allow/stream;
            proxy_pass http://127.0.0.1:%%PORT_1%%/plain;
        }
        location /mirror {
            mirror /allow;
            proxy_pass http://127.0.0.1:%%PORT_1%%/plain;
        }
END
    ingest => <<'END',
        location = /refuse {
            add_header WWW-Authenticate 'Basic realm="rack"' always;
            return 401;
        }
        location = /accel {
            add_header X-Accel-Redirect $arg_to;
            return 200 "";
        }
        location = /plain {
            default_type text/html;
            return 200 "plain";
        }
END
);

spew($nginx->prefix . '/htpasswd', "admin:{PLAIN}right\n");
$nginx->start;

my $marker = 'marker-' . int rand 1e9;
$nginx->post({ message => $marker });

my $right = 'Basic ' . encode_base64('admin:right', '');
my $wrong = 'Basic ' . encode_base64('admin:wrong', '');

# What a way gives with these headers, by all methods: "open", or a status, by
# which nothing is shown, changed, or held.

sub answer {
    my ($method, $uri, @headers) = @_;

    my $client = $nginx->client;
    $client->start($method, $uri, headers => \@headers);
    my $head = $client->read_head(now() + 10) or return 'nothing';
    my $body = '';

    if (($head->header('Content-Type') // '') eq 'text/event-stream') {
        $client->fill(now() + 10) if $client->{buf} eq '' && $method eq 'GET';
        $body = $client->{buf};

    } else {
        my $response = $nginx->request($method, $uri, headers => \@headers);
        $body = $response->body;
    }

    my $shown = $method eq 'GET' && $body =~ /\Q$marker\E/;

    return 'shown with ' . $head->status if $shown && $head->status != 200;
    return 'empty' if $head->status == 200 && $method eq 'GET' && !$shown;
    return $head->status == 200 ? 'open' : $head->status;
}

sub door {
    my ($way, $expected, @headers) = @_;

    my %got;

    $got{'GET'}         = answer('GET',  $way,  @headers);
    $got{'HEAD'}        = answer('HEAD', $way,  @headers);
    $got{'GET stream'}  = answer('GET',  "$way/stream?since_seq=0", @headers);
    $got{'HEAD stream'} = answer('HEAD', "$way/stream", @headers);
    $got{'DELETE'}      = answer('DELETE', $way, @headers);

    $got{'effect'} = $nginx->get('/api/logs')->raw_body !~ /\Q$marker\E/
        ? 'open' : $expected;
    $nginx->post({ message => $marker }) if $expected eq 'open';

    my $name = @headers ? "$way, " . join(' ', @headers) : $way;
    is_deeply \%got, { map { $_ => $expected } keys %got }, $name;
    return;
}

my @deny = ('X-Test-Auth', 'deny');
my @none = ('X-Test-Auth', 'none');
my @right = (Authorization => $right);
my @wrong = (Authorization => $wrong);

door('/yes', 'open');
door('/yes', 403, @deny);
door('/yes', 401, @none);
door('/error',   500);
door('/found',   500);
door('/proxied', 401);
door('/missing', 500);
door('/itself',  403);

door('/none', 403);
door('/none', 403, @deny);
door('/off',  403);
door('/outer/inner', 'open');
door('/outer/inner', 403, @deny);
door('/outer/forgets', 403);

door('/any/allow', 403);
door('/any/allow', 403, @deny);
door('/any/deny', 'open');
door('/any/deny', 403, @deny);
door('/any/basic', 403, @right);
door('/any/basic', 403, @right, @deny);
door('/any/basic', 'open', @wrong);
door('/any/basic', 401, @wrong, @none);
door('/all', 'open', @right);
door('/all', 401, @wrong);
door('/all', 403, @right, @deny);

door('/basic', 'open', @right);
door('/basic', 401, @wrong);
door('/basic', 401);
door('/allow', 'open');
door('/deny',  403);

# Other ways.

my %way = (
    '/try-yes'         => 'open',
    '/try-none'        => 403,
    '/page-yes'        => 'open',
    '/page-none'       => 403,
    '/name-yes'        => 'open',
    '/name-none'       => 403,
    '/accel?to=/yes'   => 'open',
    '/accel?to=/none'  => 403,
    '/accel?to=/allow' => 'open',
);

for my $way (sort keys %way) {
    is answer('GET', $way), $way{$way}, $way;
    is answer('GET', $way, @deny), 403, "$way, refused";
}

is answer('GET', '/name-yes/stream', 'Last-Event-ID', 0), 'open',
    'a stream in a named location';
is answer('GET', '/name-none/stream'), 403, 'and behind its door';

# What was refused by the auth service comes as it is.

is $nginx->get('/proxied')->header('WWW-Authenticate'), 'Basic realm="rack"',
    'WWW-Authenticate';
unlike $nginx->get('/yes', headers => \@deny)->body, qr/detail/,
    "the auth service's 403 is not ours";
is_deeply [ keys %{ $nginx->get('/none')->json } ], ['detail'], 'this is ours';

# Subrequests: no byte, no stream, no change.

my $ssi = $nginx->get('/ssi');
is $ssi->status, 200, 'SSI';
like $ssi->body, qr/\AA.*403 Forbidden.*B.*403 .*C.*403 .*D\z/s,
    'each include was refused';
unlike $ssi->body, qr/\Q$marker\E/, 'and shows nothing';

my $after = $nginx->get('/after');
is $after->status, 200, 'add_before_body, add_after_body';
like $after->body, qr/\A.*403 Forbidden.*plain.*403 Forbidden/s,
    'both were refused';
unlike $after->body, qr/\Q$marker\E/, 'and show nothing';

is $nginx->request('DELETE', '/mirror')->body, 'plain', 'mirror';
ok wait_until {
    $nginx->log_lines(qr{location\ "/allow":\ it\ was\ a\ subrequest}x) == 1
}, 'its subrequest was refused, and the log says so, once';
is answer('GET', '/yes'), 'open', 'nothing was deleted';

# One line a location, over all workers and for all requests above.

sub refusals {
    my %count;
    $count{$_}++ for map { /refused a request to location "([^"]+)"/ }
        $nginx->log_lines(qr/\[error\]/);
    return \%count;
}

my %once = map { $_ => 1 } qw(/none /off /outer/forgets /any/allow /any/basic
    /allow /yes @none);

for my $worker ($nginx->workers) {
    is $nginx->client_of($worker)->request('GET', '/none')->status, 403,
        "no door in worker $worker";
}

is_deeply refusals(), \%once, 'one line a location';
like +($nginx->log_lines(qr{location\ "/none"}x))[0],
    qr/add\ "auth_request".*"rackscope_logs_require_admin\ off"/x,
    'which says what to do';

$nginx->reload;
$nginx->get('/off') for 1 .. 20;
$once{'/off'} = 2;
is_deeply refusals(), \%once, 'and one after each reload';

# A server for which it is all off.

$nginx->configure(http => 'rackscope_logs_require_admin off;');
$nginx->reload;
is answer('GET', '/none'), 'open', 'require_admin off for all';
is answer('GET', '/yes', @deny), 403, 'auth_request is heeded as ever';

done();
