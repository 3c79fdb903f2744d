# SPDX-License-Identifier: BSD-2-Clause

package Rackscope::Clock;

# The wall clock of one nginx, which a test may turn.
#
#     my $clock = Rackscope::Clock->new;
#     my $nginx = Rackscope::Nginx->new(env => $clock->env)->start;
#     $clock->off_by(-3600);
#
# It counts at once, in all processes of that nginx.

use strict;
use warnings;

use File::Basename qw(dirname);
use File::Temp qw(tempdir);

use Rackscope::Util qw(run);

my $library;

sub _library {
    my ($dir) = @_;

    return $library if $library;

    my $cc = run($ENV{CC} // 'cc', qw(-std=gnu11 -O2 -Wall -Wextra -Werror),
        qw(-shared -fPIC -o), "$dir/clock.so",
        dirname(__FILE__) . '/../clock.c');
    die "clock.c: $cc->{err}\n" if $cc->{rc};

    return $library = "$dir/clock.so";
}

sub new {
    my ($class) = @_;

    my $dir = tempdir('rackscope-XXXXXX', TMPDIR => 1, CLEANUP => 1);

    open my $fh, '+>:raw', "$dir/clock" or die "$dir/clock: $!\n";
    my $self = bless { dir => $dir, fh => $fh }, $class;

    return $self->off_by(0);
}

# In seconds, from the clock of this machine.

sub off_by {
    my ($self, $seconds) = @_;

    sysseek $self->{fh}, 0, 0 or die "seek: $!\n";
    syswrite($self->{fh}, pack 'q', $seconds) == 8 or die "write: $!\n";

    return $self;
}

sub env {
    my ($self) = @_;

    return {
        LD_PRELOAD      => _library($self->{dir}),
        RACKSCOPE_CLOCK => "$self->{dir}/clock",
    };
}

1;
