# SPDX-License-Identifier: BSD-2-Clause
#
# rackscope_logs_page: the document that was built, sealed by its own hashes,
# for whom the API is, in two forms.

use strict;
use warnings;

use Compress::Zlib ();
use Digest::SHA qw(sha256_base64);
use FindBin;
use lib "$FindBin::Bin/lib";

use Rackscope::Test;

my $page = 'auth_request /auth; rackscope_logs_page';

# All that the directive takes, each as long as it may be when it is escaped.

my @most = map { ('"' x 63) . chr(96 + $_), '/' . ('"' x 510) . chr(96 + $_) }
    1 .. 16;
my %most = (
    api   => join("\n", map { "$most[2 * $_ + 1] $most[2 * $_]" } 0 .. 15),
    key   => '"' x 512,
    signin => '/' . '"' x 511,
    title => '"' x 512,
);
my $most = join ' ', map { "'$_'" }
    (map { "api=$most[2 * $_]:$most[2 * $_ + 1]" } 0 .. 15),
    "token_key=$most{key}", "signin=$most{signin}", "title=$most{title}";

my $nginx = Rackscope::Nginx->new(
    h2    => 1,
    http  => 'gzip_proxied any; gzip_min_length 1;'
        . 'charset_map koi8-r utf-8 { C1 D0B0; }',
    admin => <<"END",
        location = /logs    { $page; }
        location = /again   { $page api=/api/logs; }
        location = /other   { $page api=/rack/api/logs token_key=rackscope.auth.token; }
        location = /hostile {
            $page "api=/a\\"><script>alert(1)</script>&quot;'%22"
                  "token_key=\\" onload=\\"alert(1) <!-- &lt; ' \303\251"
                  "signin=/\\"><script>alert(2)</script>?a=b&next="
                  "title=</title><script>alert(3)</script>\\" a=\\"&amp; \303\251";
        }
        location = /some    { $page api=/api/logs "api=The <\\"shop\\">:/x:/y" api=/z; }
        location = /most    { $page $most; }
        location /prefix/   { $page; }

        location = /none   { rackscope_logs_page; }
        location = /bypass { rackscope_logs_page; rackscope_logs_require_admin off; }
        location = /kiosk  { $page; rackscope_logs off; }
        location = /plain  { return 404; }

        location = /if {
            $page api=/if/logs;
            if (\$arg_x) {
                add_header X-If yes;
            }
        }
        location = /deny  { $page; limit_except GET { deny all; } }
        location = /allow { $page; limit_except GET { allow all; } }

        location = /ssi {
            auth_request /auth;
            ssi on;
            ssi_types text/plain;
            return 200 'A<!--#include virtual="/logs" -->B<!--#include virtual="/bypass" -->C';
        }

        location = /filters {
            $page;
            ssi            on;
            charset        koi8-r;
            source_charset utf-8;
            override_charset on;
            gzip           on;
            gunzip         on;
            add_before_body /tail;
            add_after_body  /tail;
            sub_filter      "<" "[";
            sub_filter_once off;
        }
        location = /tail { return 200 tail; }

        location = /vary     { $page; gzip on; gzip_vary on; }
        location = /all      { $page; gzip on; gzip_vary on; gzip_types *; charset utf-8; charset_types *; }
        location = /disabled { $page; gzip_disable "old"; }
        location = /errors   { rackscope_logs_page; error_page 403 = /tail; }
END
)->start;

my @gzip = (headers => [ 'Accept-Encoding' => 'gzip' ]);

# What the build made of the sources.

my $root   = Rackscope::Nginx::root();
my $folder = "$root/ngx_rackscope_logs/page";
my $made   = $nginx->prefix . '/made.h';

is run('sh', "$folder/embed", $folder, $made)->{rc}, 0, 'the page is built';

my $text = slurp($made);
my %made;

while ($text =~ /\ ngx_http_rackscope_logs_page_(\w+)\[\]\ =\ \{\n
                        (.*?)^\};/gmsx) {
    my ($name, $bytes) = ($1, $2);
    $made{$name} = pack '(H2)*', $bytes =~ /0x(\w\w),/g;
}

my ($policy) = $text =~ /PAGE_POLICY\ \\\n(.*?)\n\n/sx;
$policy = join '', $policy =~ /"([^"]*)"/g;

sub document {
    my @values = map { $_ // '' } @_[ 0 .. 3 ];

    for (@values) {
        s/&/&amp;/g;
        s/</&lt;/g;
        s/>/&gt;/g;
        s/"/&quot;/g;
    }

    return "<!doctype html>\n"
        . sprintf(qq(<html lang="en" data-api="%s" data-token-key="%s" )
            . qq(data-signin="%s" data-title="%s" data-version="%s">\n),
        @values, Rackscope::Nginx::release())
        . $made{body};
}

# The document, for each location.

my %document = (
    '/logs'      => document('/api/logs', ''),
    '/again'     => document('/api/logs', ''),
    '/bypass'    => document('/api/logs', ''),
    '/prefix/'   => document('/api/logs', ''),
    '/prefix/x'  => document('/api/logs', ''),
    '/logs?x=1'  => document('/api/logs', ''),
    '/filters'   => document('/api/logs', ''),
    '/vary'      => document('/api/logs', ''),
    '/all'       => document('/api/logs', ''),
    '/if'        => document('/if/logs', ''),
    '/if?x=1'    => document('/if/logs', ''),
    '/other' => document('/rack/api/logs', 'rackscope.auth.token'),
    '/hostile' => document(q(/a"><script>alert(1)</script>&quot;'%22),
        qq(" onload="alert(1) <!-- &lt; ' \303\251),
        '/"><script>alert(2)</script>?a=b&next=',
        qq(</title><script>alert(3)</script>" a="&amp; \303\251)),
    '/some' => document(qq(/api/logs\n/x:/y The <"shop">\n/z)),
    '/most' => document(@most{qw(api key signin title)}),
);

# Headers that are the same for both forms, on a status of their own or not.

my %header = (
    'Content-Security-Policy' => $policy,
    'Cache-Control'           => 'no-store',
    'X-Content-Type-Options'  => 'nosniff',
    'Referrer-Policy'         => 'no-referrer',
    'X-Frame-Options'         => 'DENY',
    'Vary'                    => 'Accept-Encoding',
);

sub headers_ok {
    my ($response, $name) = @_;

    my %got = map { $_ => $response->header($_) } keys %header;
    is_deeply \%got, \%header, "$name: headers";
    return;
}

my %etag;

for my $uri (sort keys %document) {
    my $plain = $nginx->get($uri);
    my $gzip  = $nginx->get($uri, @gzip);

    for ([ plain => $plain ], [ gzip => $gzip ]) {
        my ($form, $response) = @$_;

        is $response->status, 200, "$uri, $form";
        is $response->header('Content-Type'), 'text/html; charset=utf-8', 'type';
        is $response->header('Content-Length'), length $response->raw_body,
            'length';
        is $response->header('Accept-Ranges'), undef, 'no ranges';
        headers_ok($response, $uri);
        like $response->header('ETag'), qr/\A"[0-9a-f]{40}"\z/, 'a strong ETag';
        $etag{$form}{$uri} = $response->header('ETag');
    }

    is $plain->header('Content-Encoding'), undef, 'as it is';
    is $plain->raw_body, $document{$uri}, 'the document';
    is $gzip->header('Content-Encoding'), 'gzip', 'gzip';
    is Compress::Zlib::memGunzip($gzip->raw_body), $document{$uri},
        'the same document';
}

# The build packs the page with zopfli if that is installed.

my $zopfli = grep { -x "$_/zopfli" } split /:/, $ENV{PATH};

cmp_ok $nginx->get('/logs', @gzip)->header('Content-Length'), '<=',
    ($zopfli ? 30 : 31) * 1024, 'within its budget';

is $etag{plain}{'/logs'}, $etag{plain}{'/again'}, 'the same, the same ETag';
is $etag{gzip}{'/logs'},  $etag{gzip}{'/again'},  'gzip as well';
isnt $etag{plain}{'/logs'}, $etag{gzip}{'/logs'},  'one for each form';
isnt $etag{plain}{'/logs'}, $etag{plain}{'/other'}, 'and for each location';
isnt $etag{gzip}{'/logs'},  $etag{gzip}{'/other'},  'gzip as well';

is $nginx->get('/if?x=1')->header('X-If'), 'yes', 'in "if"';

# Others take the gzip form, too, and check it to the last byte.

spew($nginx->prefix . '/page.gz', $nginx->get('/other', @gzip)->raw_body);
my $unzipped = run('gzip', '-dc', $nginx->prefix . '/page.gz');
is $unzipped->{rc}, 0, 'gzip -d';
is $unzipped->{err}, '', 'without a word';
is $unzipped->{out}, $document{'/other'}, 'the same document';

# A document that needs nobody, and runs nothing but what the build hashed.

my $html = $document{'/logs'};
my @styles  = $html =~ m{<style>(.*?)</style>}gis;
my @scripts = $html =~ m{<script type="module">(.*?)</script>}gis;
my $icon    = $html =~ /<link rel="icon" href="data:/;

is @styles,  1, 'one style';
is @scripts, 1, 'one script';

my %policy = map { /\A\s*(\S+)\s+(.*)\z/ ? ($1 => $2) : () } split /;/, $policy;

is_deeply \%policy, {
    'default-src'               => "'none'",
    'script-src'                => "'sha256-" . sha256_base64($scripts[0]) . "='",
    'style-src'                 => "'sha256-" . sha256_base64($styles[0]) . "='",
    'connect-src'               => "'self'",
    'frame-ancestors'           => "'none'",
    'base-uri'                  => "'none'",
    'form-action'               => "'none'",
    'require-trusted-types-for' => "'script'",
    'trusted-types'             => "'none'",
    $icon ? ('img-src' => 'data:') : (),
}, 'the policy';

my $markup = $html;
$markup =~ s{<style>.*?</style>|(<script type="module">).*?</script>}{$1 // ''}gise;
$markup =~ s{<link rel="icon" href="data:[^"]*">}{};

is +(() = $markup =~ /<script/gi), 1, 'no other script';
unlike $markup, qr/<(?:style|link|base|iframe|object|embed)\b/i,
    'nor what would load anything';
unlike $markup, qr/\s(?:src|srcset|style|on\w+)\s*=/i, 'by an attribute as well';
unlike $markup, qr/href="(?!\#)/, 'no link to elsewhere';
unlike $html, qr{https?://(?!www\.w3\.org/2000/svg)}, 'no address';
unlike $styles[0], qr/url\(|\@import/i, 'nothing that the style loads';
unlike $scripts[0],
    qr/innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b|^(?:import|export)\b|import\(/mx,
    'nor the script, which makes no markup of text';
unlike $html, qr/\r|^[\ \t]*\z|sourceMappingURL/x, 'clean';

# Who takes gzip.

my %takes = (
    'gzip, deflate, br, zstd' => 1,
    'br;q=1, gzip;q=0.5'      => 1,
    'GZIP'                    => 1,
    'gzip;q=0'                => 0,
    'identity'                => 0,
    'br'                      => 0,
    ''                        => 0,
);

sub form {
    my ($response) = @_;

    return $response->header('Content-Encoding') ? 1 : 0;
}

for my $accept (sort keys %takes) {
    is form($nginx->get('/logs', headers => [ 'Accept-Encoding' => $accept ])),
        $takes{$accept}, "Accept-Encoding: $accept";
}

my @old = (headers => [ 'Accept-Encoding' => 'gzip', 'User-Agent' => 'old' ]);

is form($nginx->get('/disabled', @old)), 0, 'gzip_disable is heeded';
is form($nginx->get('/logs',     @old)), 1, 'where it is';
is form($nginx->get('/logs', headers =>
            [ 'Accept-Encoding' => 'gzip', Via => '1.1 x' ])), 1, 'gzip_proxied';

my $old = $nginx->get('/logs', @gzip, version => '1.0');
is $old->status, 200, 'HTTP/1.0';
is $old->raw_body, $document{'/logs'}, 'gets it as it is';
is $old->header('Content-Length'), length $document{'/logs'}, 'with its length';

# HEAD.

for my $form ([], \@gzip) {
    my $get  = $nginx->get('/logs', @$form);
    my $head = $nginx->request('HEAD', '/logs', @$form);

    delete @{ $_->headers }{qw(date x-worker)} for $get, $head;
    is_deeply $head->headers, $get->headers, 'HEAD has the headers of GET';
    is $head->raw_body, '', 'and no body';
}

# If-None-Match.

my %form = (plain => [], gzip => [ 'Accept-Encoding' => 'gzip' ]);

for my $form (sort keys %form) {
    my $etag = $etag{$form}{'/logs'};

    my %status = (
        $etag               => 304,
        "W/$etag"           => 304,
        "\"x\", $etag"      => 304,
        '*'                 => 304,
        '"x"'               => 200,
        ($form eq 'gzip' ? $etag{plain}{'/logs'} : $etag{gzip}{'/logs'}) => 200,
    );

    for my $method (qw(GET HEAD)) {
        for my $match (sort keys %status) {
            my $response = $nginx->request($method, '/logs', headers =>
                    [ 'If-None-Match' => $match, @{ $form{$form} } ]);

            is $response->status, $status{$match},
                "$method, $form, If-None-Match: $match";
            is $response->header('ETag'), $etag, 'its ETag';
            headers_ok($response, 'the same');
        }
    }

    my $client = $nginx->client;
    my $not    = $client->request('GET', '/logs', headers =>
            [ 'If-None-Match' => $etag, @{ $form{$form} } ]);
    is $not->header($_), undef, "304 without $_"
        for qw(Content-Encoding Content-Type Content-Length);
    is $client->request('GET', '/logs')->raw_body, $document{'/logs'},
        'and the next request on the connection';

    is $nginx->get('/logs', headers => [ 'If-Match' => '"x"',
            @{ $form{$form} } ])->status, 412, 'If-Match';
}

is $nginx->get('/logs', headers => [ Range => 'bytes=0-9' ])->raw_body,
    $document{'/logs'}, 'Range gets it all';

# Other methods, with a body, on a connection that stays.

my $client = $nginx->client;

for my $method (qw(POST PUT DELETE PATCH OPTIONS)) {
    my $response = $client->request($method, '/logs', body => 'x' x 100_000);

    is $response->status, 405, $method;
    is $response->header('Allow'), 'GET, HEAD', 'Allow';
    is_deeply $response->json, { detail => 'the page takes GET and HEAD' },
        'says what it takes';
    is $response->header('Content-Security-Policy'), undef, 'is not the page';
}

is $client->request('GET', '/logs', body => 'x' x 100_000)->raw_body,
    $document{'/logs'}, 'GET with a body';
is $client->request('GET', '/logs', chunks => ['x'])->raw_body,
    $document{'/logs'}, 'or with one in chunks';

$client->start('GET', $_, @gzip) for qw(/logs /other /logs);
is $client->response->body, $document{$_}, "pipelined: $_"
    for qw(/logs /other /logs);

is $nginx->client(0, rcvbuf => 2048)->request('GET', '/logs')->raw_body,
    $document{'/logs'}, 'a client that takes little at once';

# The door.

my %door = (deny => 403, none => 401);

for my $said (sort keys %door) {
    for my $method (qw(GET HEAD POST)) {
        is $nginx->request($method, '/logs',
            headers => [ 'X-Test-Auth' => $said ])->status, $door{$said},
            "$method, the auth service says $door{$said}";
    }
}

my $none = $nginx->get('/none');
is $none->status, 403, 'no auth_request';
like $none->json->{detail}, qr/auth_request did not approve/, 'says why';
is $nginx->request('POST', '/none')->status, 403, 'whatever the method';
is $nginx->get('/none')->status, 403, 'once more';
is $nginx->log_lines(qr{refused\ a\ request\ to\ location\ "/none"}x), 1,
    'the log says it once';
is $nginx->get('/errors')->body, 'tail', 'an error_page goes before';

my $ssi = $nginx->get('/ssi');
like $ssi->body, qr/\AA.*403 Forbidden.*B.*403 Forbidden.*C\z/s,
    'subrequests are refused';
unlike $ssi->body, qr/data-api/, 'and show nothing';

is $nginx->request('POST', '/deny')->status, 403, 'limit_except: deny';
is $nginx->request('HEAD', '/deny')->status, 200, 'but HEAD is a GET';
my $allow = $nginx->request('POST', '/allow');
is $allow->status, 405, 'limit_except: allow';
is $allow->header('Allow'), 'GET, HEAD', 'is still the page';
is $nginx->request('POST', '/allow', headers => [ 'X-Test-Auth' => 'deny' ])
    ->status, 403, 'behind its door';

# The kiosk: as if nothing were there.

for my $method (qw(GET HEAD POST DELETE)) {
    my ($off, $plain) = map {
        my $response = $nginx->request($method, $_);
        $response->head =~ s/^(?:Date|X-Worker):.*$//gmr . $response->body
    } qw(/kiosk /plain);

    is $off, $plain, "$method, rackscope_logs off";
    like $off, qr{\AHTTP/1.1\ 404\ }x, 'is 404';
}

# TLS and HTTP/2.

my $tls   = 'https://127.0.0.1:' . $nginx->port(2);
my $clear = 'http://127.0.0.1:' . $nginx->port(3);

my %ways = (
    'HTTP/2 over TLS'   => [ '--http2', $tls ],
    'HTTP/2'            => [ '--http2-prior-knowledge', $clear ],
    'HTTP/1.1 over TLS' => [ '--http1.1', $tls ],
);

for my $way (sort keys %ways) {
    my ($how, $server) = @{ $ways{$way} };

    is curl($how, "$server/logs")->{out}, $document{'/logs'}, $way;

    my $got = curl($how, '--compressed', '-D', '-', "$server/logs");
    my ($head, $body) = split /\r\n\r\n/, $got->{out}, 2;
    is $body, $document{'/logs'}, 'gzip';
    like $head, qr/^\Q$_: $header{$_}\E\r?$/mi, $_ for sort keys %header;
    like $head, qr/^content-encoding:\ gzip\r?$/mix, 'Content-Encoding';
    like $head, qr/^content-type:\ text\/html;\ charset=utf-8\r?$/mix, 'type';

    $got = curl($how, '-I', "$server/logs");
    like $got->{out}, qr{\AHTTP/\S+\ 200}x, 'HEAD';

    $got = curl($how, '-w', '%{http_code}', '-H',
        "If-None-Match: $etag{plain}{'/logs'}", "$server/logs");
    is $got->{out}, '304', 'If-None-Match';
}

# A reload with the same configuration changes nothing.

ok $nginx->reload, 'a reload';
is $nginx->get('/logs')->header('ETag'), $etag{plain}{'/logs'},
    'keeps the ETag';

done();
