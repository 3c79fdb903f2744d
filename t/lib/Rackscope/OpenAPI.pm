# SPDX-License-Identifier: BSD-2-Clause

package Rackscope::OpenAPI;

# A description of an API in OpenAPI 3.1, and whether answers are as it says.
# It knows nothing of the API itself.
#
#     my $api = Rackscope::OpenAPI->new($text);
#     my @wrong = $api->check($operation, $answer);
#
# Of YAML it reads mappings, sequences, plain and quoted texts in one line,
# blocks below "|" and ">-", and [lists] and {mappings} in one line; of JSON
# Schema what is in %keyword.  It dies of anything else, so that nothing in the
# file is passed over in silence.

use strict;
use warnings;

use B ();
use JSON::PP ();

use Rackscope::Util qw(decode_json encode_json);

sub new {
    my ($class, $text) = @_;

    return bless { root => read_yaml($text) }, $class;
}

# YAML.

sub read_yaml {
    my ($text) = @_;

    my @lines;
    my $number = 0;

    for (split /\n/, $text) {
        $number++;
        die "line $number: a tab\n" if /\t/;
        /\A(\ *)(.*)\z/s;
        push @lines, { at => length $1, text => $2, number => $number };
    }

    my $value = _node(\@lines, 0);
    _skip(\@lines);
    _fail($lines[0]) if @lines;
    return $value;
}

sub _fail {
    my ($line, $why) = @_;

    $why //= 'not understood';
    die "line $line->{number}: $why: $line->{text}\n";
}

sub _skip {
    my ($lines) = @_;

    shift @$lines while @$lines && $lines->[0]{text} =~ /\A(?:#|\z)/;
    return;
}

# What begins in the first line, which is indented at least this far.

sub _node {
    my ($lines, $at) = @_;

    _skip($lines);
    die "the end, where something is expected\n" if !@$lines;
    _fail($lines->[0], 'too far to the left') if $lines->[0]{at} < $at;

    $at = $lines->[0]{at};
    return $lines->[0]{text} =~ /\A-\ / ? _list($lines, $at) : _map($lines, $at);
}

sub _list {
    my ($lines, $at) = @_;

    my @list;

    while (_skip($lines), @$lines && $lines->[0]{at} == $at) {
        my $line = $lines->[0];
        $line->{text} =~ s/\A-\ // or _fail($line);

        if ($line->{text} =~ /\A(?![\[{"'])\S+:(?:\ |\z)/) {
            $line->{at} += 2;
            push @list, _map($lines, $at + 2);
        } else {
            push @list, _scalar(shift @$lines);
        }
    }

    _fail($lines->[0]) if @$lines && $lines->[0]{at} > $at;
    return \@list;
}

sub _map {
    my ($lines, $at) = @_;

    my %map;

    while (_skip($lines), @$lines && $lines->[0]{at} == $at) {
        my $line = shift @$lines;

        $line->{text} =~ /\A(?:'([^']+)'|([\w\$\/][^\s:]*)):(?:\ (.+))?\z/
            or _fail($line);
        my $key = $1 // _plain($2, $line);
        my %rest = (%$line, text => $3 // '');
        _fail($line, 'a key twice') if exists $map{$key};

        $map{$key} =
              $rest{text} eq ''             ? _node($lines, $at + 1)
            : $rest{text} =~ /\A(?:[|]|>-)\z/ ? _block($lines, $at, $rest{text})
            :                                 _scalar(\%rest);
    }

    _fail($lines->[0]) if @$lines && $lines->[0]{at} > $at;
    return \%map;
}

sub _block {
    my ($lines, $at, $style) = @_;

    my @text;

    while (@$lines && ($lines->[0]{at} > $at || $lines->[0]{text} eq '')) {
        my $line = shift @$lines;
        push @text, $line->{text};
    }

    pop @text while @text && $text[-1] eq '';
    return $style eq '|' ? join('', map { "$_\n" } @text) : join ' ', @text;
}

sub _scalar {
    my ($line) = @_;

    my $text  = $line->{text};
    my $value = _flow(\$text, $line, 0);
    _fail($line, 'something behind a value') if $text ne '';
    return $value;
}

# A value at the beginning of the text; within [ ] and { } a plain one ends at
# a comma.

sub _flow {
    my ($text, $line, $within) = @_;

    if ($$text =~ s/\A\[//) {
        my @list;
        until ($$text =~ s/\A\ *\]//) {
            $$text =~ s/\A,?\ *//;
            push @list, _flow($text, $line, 1);
        }
        return \@list;
    }

    if ($$text =~ s/\A\{//) {
        my %map;
        until ($$text =~ s/\A\ *\}//) {
            $$text =~ s/\A,?\ *(\w+):\ // or _fail($line);
            $map{$1} = _flow($text, $line, 1);
        }
        return \%map;
    }

    return $1 =~ s/''/'/gr     if $$text =~ s/\A'((?:[^']|'')*)'//;
    return decode_json($1)     if $$text =~ s/\A("(?:[^"\\]|\\.)*")//;

    my $end = $within ? qr/[^,\[\]{}]+/ : qr/.+/;
    $$text =~ s/\A(?![&*!%\@`|>#?])($end)// or _fail($line);
    my $plain = _plain($1 =~ s/\ +\z//r, $line);

    return $plain eq 'true'  ? JSON::PP::true
        : $plain eq 'false' ? JSON::PP::false
        : $plain =~ /\A(?:null|~)\z/ ? undef
        : $plain =~ /\A-?\d+(?:\.\d+)?\z/ ? decode_json($plain)
        :                     $plain;
}

# What YAML would take for something else, and other readers of the file too.

sub _plain {
    my ($text, $line) = @_;

    _fail($line, 'a text that needs quotes')
        if $text =~ /:\ |:\z|\ \#|\A(?:y|n|yes|no|on|off)\z/ix;
    return $text;
}

# The description.

sub root { return $_[0]{root} }

# What a $ref stands for.

sub deref {
    my ($self, $node) = @_;

    while (ref $node eq 'HASH' && exists $node->{'$ref'}) {
        my $ref = $node->{'$ref'};
        my ($path) = $ref =~ m{\A#/(.+)\z} or die "$ref: not in this file\n";
        $node = $self->{root};

        for (split m{/}, $path) {
            die "$ref: not there\n" if !exists $node->{$_};
            $node = $node->{$_};
        }
    }

    return $node;
}

# All operations: { id, method, path, parameters, responses, also }; "also" are
# the methods of its path.

sub operations {
    my ($self) = @_;

    my $paths = $self->{root}{paths};
    my @operations;

    for my $path (sort keys %$paths) {
        my $item = $paths->{$path};
        my @methods = grep { /\A(?:get|put|post|delete|options|head|patch|trace)\z/ }
            sort keys %$item;

        for my $method (@methods) {
            my $operation = $item->{$method};
            push @operations, {
                id         => $operation->{operationId},
                method     => uc $method,
                path       => $path,
                parameters => [ map { $self->deref($_) }
                        @{ $item->{parameters} // [] },
                    @{ $operation->{parameters} // [] } ],
                responses => $operation->{responses},
                also      => [ map { uc } @methods ],
            };
        }
    }

    return @operations;
}

# The answer of an operation as the file has it.

sub response {
    my ($self, $id, $status) = @_;

    my ($operation) = grep { $_->{id} eq $id } $self->operations;
    return $operation && $self->deref($operation->{responses}{$status});
}

# What is wrong with an answer (a Rackscope::Response) of the operation with
# this id: texts.

sub check {
    my ($self, $id, $answer) = @_;

    my $status   = $answer->status;
    my $response = $self->response($id, $status)
        or return "$id: status $status is not described";

    my @wrong;
    my $headers = $response->{headers} // {};

    for my $name (sort keys %$headers) {
        my $header = $self->deref($headers->{$name});
        my $value  = $answer->header($name);

        if (defined $value) {
            push @wrong, $self->validate($header->{schema}, $value, $name);
        } elsif ($header->{required}) {
            push @wrong, "$name is missing";
        }
    }

    push @wrong, $self->_content($response->{content}, $answer)
        if $answer->{method} ne 'HEAD';

    return map { "$id $status: $_" } @wrong;
}

sub _content {
    my ($self, $content, $answer) = @_;

    my $type = ($answer->header('Content-Type') // '') =~ s/;.*//r;
    my $body = $answer->body;

    return $body eq '' ? () : 'a body is not described' if !$content;

    my $media = $content->{$type} or return "type '$type' is not described";
    my ($lines, $events) = @$media{qw(x-lines x-events)};

    return $self->validate($media->{schema}, $body, 'body')
        if $type ne 'application/json' && !$lines && !$events;

    return _each($body, sub { return $self->validate($lines, @_) }) if $lines;

    return map { $self->validate($events, $_, 'event ' . encode_json($_)) }
        _events($body)
        if $events;

    my $value = eval { decode_json($body) };
    return "no JSON: $@" if $@;
    return $self->validate($media->{schema}, $value, 'body');
}

sub _each {
    my ($body, $check) = @_;

    my @lines = split /\n/, $body, -1;
    return 'the last line has no end' if $body ne '' && pop @lines ne '';

    return map { $check->($lines[$_], 'line ' . ($_ + 1)) }
        $body eq '' ? () : 0 .. $#lines;
}

# Server-Sent Events, each a hash of its fields.

sub _events {
    my ($body) = @_;

    my @events;

    for (split /\n\n/, $body) {
        my %event;
        for (split /\n/) {
            next if /\A:/;
            my ($name, $value) = /\A(\w+):\ ?(.*)\z/s or die "no event: $_\n";
            $event{$name} = defined $event{$name}
                ? "$event{$name}\n$value" : $value;
        }
        push @events, \%event if %event;
    }

    return @events;
}

# Schemas.

my $annotation = qr/\A(?:description|default|format|contentMediaType)\z/;

my %keyword = (
    type                 => \&_type,
    enum                 => \&_enum,
    const                => sub { return _enum($_[0], [ $_[1] ], @_[ 2, 3 ]) },
    pattern              => \&_pattern,
    minLength            => \&_length,
    minimum              => \&_minimum,
    maximum              => \&_maximum,
    items                => \&_items,
    required             => \&_required,
    properties           => \&_properties,
    additionalProperties => \&_additional,
    contentSchema        => \&_decoded,
    oneOf                => \&_one,
    anyOf                => \&_any,
);

# What is wrong with a value: texts that begin with its place.

sub validate {
    my ($self, $schema, $value, $at) = @_;

    $schema = $self->deref($schema);

    my @wrong;

    for my $word (sort keys %$schema) {
        next if $word =~ $annotation;
        my $check = $keyword{$word} or die "$word: a schema has no such word\n";
        push @wrong, $check->($self, $schema->{$word}, $value, $at, $schema);
    }

    return @wrong;
}

sub _kind {
    my ($value) = @_;

    return 'null'    if !defined $value;
    return 'boolean' if ref $value eq 'JSON::PP::Boolean';
    return 'object'  if ref $value eq 'HASH';
    return 'array'   if ref $value eq 'ARRAY';

    my $flags = B::svref_2object(\$value)->FLAGS;
    return 'string' if $flags & B::SVf_POK;
    return $flags & B::SVf_IOK ? 'integer' : 'number';
}

sub _type {
    my ($self, $types, $value, $at) = @_;

    my $kind = _kind($value);
    my @types = ref $types ? @$types : $types;

    return if grep { $_ eq $kind || $_ eq 'number' && $kind eq 'integer' } @types;
    return "$at is $kind and not @types";
}

sub _enum {
    my ($self, $values, $value, $at) = @_;

    my $json = encode_json($value);
    return if grep { encode_json($_) eq $json } @$values;
    return "$at is $json and not one of " . encode_json($values);
}

sub _pattern {
    my ($self, $pattern, $value, $at) = @_;

    return if _kind($value) ne 'string';
    my $perl = $pattern =~ s/\$\z/\\z/r;
    return $value =~ /$perl/ ? () : "$at is not as $pattern: $value";
}

sub _length {
    my ($self, $min, $value, $at) = @_;

    return if _kind($value) ne 'string' || length $value >= $min;
    return "$at is too short";
}

sub _minimum {
    my ($self, $min, $value, $at) = @_;

    return if _kind($value) !~ /integer|number/ || $value >= $min;
    return "$at is below $min: $value";
}

sub _maximum {
    my ($self, $max, $value, $at) = @_;

    return if _kind($value) !~ /integer|number/ || $value <= $max;
    return "$at is above $max: $value";
}

sub _items {
    my ($self, $schema, $value, $at) = @_;

    return if ref $value ne 'ARRAY';
    return map { $self->validate($schema, $value->[$_], "$at\[$_]") }
        0 .. $#$value;
}

sub _required {
    my ($self, $names, $value, $at) = @_;

    return if ref $value ne 'HASH';
    return map { "$at has no $_" } grep { !exists $value->{$_} } @$names;
}

sub _properties {
    my ($self, $schemas, $value, $at) = @_;

    return if ref $value ne 'HASH';
    return map { $self->validate($schemas->{$_}, $value->{$_}, "$at.$_") }
        grep { exists $value->{$_} } sort keys %$schemas;
}

sub _additional {
    my ($self, $allowed, $value, $at, $schema) = @_;

    return if ref $value ne 'HASH';

    my @more = grep { !exists $schema->{properties}{$_} } sort keys %$value;

    return map { $self->validate($allowed, $value->{$_}, "$at.$_") } @more
        if ref $allowed eq 'HASH';
    return $allowed ? () : map { "$at has an unknown member $_" } @more;
}

sub _decoded {
    my ($self, $schema, $value, $at, $around) = @_;

    return if _kind($value) ne 'string';
    die "$at: no JSON\n" if $around->{contentMediaType} ne 'application/json';

    my $json = eval { decode_json($value) };
    return "$at is no JSON" if $@;
    return $self->validate($schema, $json, $at);
}

# Which of the schemas fit?  They are counted, so that a test can tell whether
# it has seen an example of each.

sub _fitting {
    my ($self, $schemas, $value, $at) = @_;

    my @fits = grep { !$self->validate($_, $value, $at) } @$schemas;
    $self->{seen}{ $_->{'$ref'} }++ for grep { $_->{'$ref'} } @fits;
    return @fits;
}

sub _one {
    my ($self, $schemas, $value, $at) = @_;

    my $fits = _fitting($self, $schemas, $value, $at);
    return if $fits == 1;
    return "$at fits $fits schemas and not one: " . encode_json($value);
}

sub _any {
    my ($self, $schemas, $value, $at) = @_;

    return _fitting($self, $schemas, $value, $at) ? () : "$at fits no schema";
}

# The alternatives of all schemas that no value was of.

sub unseen {
    my ($self) = @_;

    my %refs;
    my @nodes = $self->{root};

    while (my $node = shift @nodes) {
        if (ref $node eq 'ARRAY') {
            push @nodes, grep { ref } @$node;
        } elsif (ref $node eq 'HASH') {
            push @nodes, grep { ref } values %$node;
            $refs{ $_->{'$ref'} }++ for grep { $_->{'$ref'} }
                map { @{ $node->{$_} // [] } } qw(oneOf anyOf);
        }
    }

    my @unseen = grep { !$self->{seen}{$_} } sort keys %refs;
    return @unseen;
}

# All of the places that a $ref names are there.

sub check_refs {
    my ($self) = @_;

    my @nodes = $self->{root};

    while (my $node = shift @nodes) {
        $self->deref($node) if ref $node eq 'HASH';
        push @nodes, grep { ref } ref $node eq 'ARRAY' ? @$node
            : ref $node eq 'HASH' ? values %$node : ();
    }

    return 1;
}

1;
