# SPDX-License-Identifier: BSD-2-Clause
#
# Rackscope logs for nginx
#
#   make            builds the module for the installed nginx, in build/
#   make run        builds it, and runs the example on 127.0.0.1:8080
#   make test       builds it, and runs every test
#   make test-senders   posts with real loggers and log senders
#   make test-units runs only the tests of the core
#   make tool       build/rackscope-redact, to try redaction on a log file
#   make install    installs the module, rackscope-redact and its man page
#   make uninstall  removes them
#   make deb        packages of Debian or Ubuntu, for the nginx of this release
#   make bench      compares the cost with Nchan, Lua, FastAPI and nginx alone
#   make count      counts instructions per step, and compares with a baseline
#   make bench-redact   measures how long redaction takes at most, rule by rule
#   make bench-access   measures what a record of each request costs
#   make bench-share    measures what a shared ring costs, and storms one
#   make bench-page     measures how fast the page is in a browser
#   make pictures   makes those of docs/page.md
#   make lint       checks the style of the sources
#   make fuzz       runs each fuzzer of the core for FUZZ_SECONDS
#   make clean      removes build/
#   make help       prints these lines
#
# On Debian and Ubuntu, packages that are missing are installed first.
#
#   PORT=9080           make run takes this port and the two after it
#   TESTS=t/api.t       runs only these tests, and builds only what they need
#   JOBS=8              so many tests at a time, else processors + 1
#   ONLY=delivery       make bench measures only this, and writes no file
#   BASELINE=1          make count writes a new baseline
#   FUZZ_SECONDS=600    for each fuzzer, else 60
#   BENCH_ROUNDS=1000   tries per rule of make bench-redact to find a slower input
#   NGINX=/path         the installed nginx, where it is not the one in PATH
#   NGX_SRC=/path       nginx from this source tree, not the installed one
#   STATIC=1            make test with the module as a part of that nginx
#   NGX_DEV=/path       the headers, not Debian's in /usr/share/nginx/src
#   DESTDIR=/path       make install puts everything below this folder
#   prefix=/usr         where the tool and its man page go, else /usr/local
#   modulesdir=/path    where the module goes, else where nginx looks for it
#   CC=clang            another compiler
#   BESIDE=commit       make bench-page measures the page of that commit, too
#   CHROMIUM=/path      the browser for the page, not Debian's headless shell
#   FIREFOX=/path       the other browser for the page, not Debian's
#   REDIS=valkey-server a shared ring by way of that, not of redis-server
#   SANITIZE=1          with the address and undefined behaviour sanitizers
#   PORTABLE=1          make test-units without instructions of some processors

ifeq ($(origin CC),default)
CC = cc
endif

ifneq ($(words $(CURDIR)),1)
$(error nginx cannot be built in a folder with a space in its path: $(CURDIR))
endif

PORT         ?= 8080
TESTS        ?= t
JOBS         ?= $(shell expr $$(nproc) + 1)
FUZZ_SECONDS ?= 60
FUZZ_ARGS    ?= -max_total_time=$(FUZZ_SECONDS)

unknown = $(strip $(foreach test,$(TESTS),$(if $(wildcard $(test)),,$(test))))

# The source that packages are made of has no tests.

ifneq ($(and $(filter test,$(MAKECMDGOALS)),$(unknown)),)
$(error There is no such test: $(unknown))
endif

# Each way to build has its own folder, so that objects are not mixed.

version = $(shell sed -n 's/^\#define NGINX_VERSION *"\(.*\)"/\1/p' \
                      $(NGX_SRC)/src/core/nginx.h 2> /dev/null)

# The folders of root's programs are not in the PATH of Debian's users.

installed := $(or $(shell PATH=$$PATH:/usr/local/sbin:/usr/sbin:/sbin; \
                          command -v nginx),/usr/sbin/nginx)

ifdef NGX_SRC
override NGX_SRC := $(abspath $(NGX_SRC))
ifeq ($(version),)
$(error NGX_SRC=$(NGX_SRC) is no nginx source tree)
endif
BUILD = build/$(version)
NGINX = $(BUILD)/nginx
TASK  = source
else
BUILD = build
NGINX := $(installed)
TASK  = build
endif

# For .ci/install and .ci/build.  NGINX itself is not exported: nginx would take
# it for the sockets that another nginx hands over.

export RACKSCOPE_NGINX = $(NGINX)
export RACKSCOPE_REDIS = $(REDIS)
export NGX_DEV
unexport NGINX

ifneq ($(CC),cc)
override BUILD := $(BUILD)/$(notdir $(CC))
endif

ifdef SANITIZE
override BUILD := $(BUILD)/asan
SANITIZERS = -fno-omit-frame-pointer -fsanitize=address,undefined \
             -fno-sanitize-recover=undefined
ASAN_LIB = $(if $(findstring clang,$(CC)),libclang_rt.asan-x86_64.so,libasan.so)
PRELOAD  = $(shell $(CC) -print-file-name=$(ASAN_LIB))
endif

ifdef PORTABLE
override BUILD := $(BUILD)/portable
UNIT_DEFINES = -U__SSE2__
endif

ifdef STATIC
ifndef NGX_SRC
$(error STATIC=1 needs NGX_SRC=/path/to/nginx-source)
endif
override BUILD := $(BUILD)/static
endif

ifneq ($(findstring clang,$(CC)),)
TASK += clang
endif

# An nginx of which the module is a part has none to load.

MODULE = $(if $(STATIC),,$(BUILD)/ngx_http_rackscope_logs_module.so)

# CPPFLAGS, CFLAGS and LDFLAGS are those of who calls, such as debian/rules.

UNIT_CFLAGS = -std=gnu11 -O2 -g -Wall -Wextra -Wpointer-arith \
              -Wno-unused-parameter -Werror -Ingx_rackscope_logs $(SANITIZERS) \
              $(UNIT_DEFINES) $(CPPFLAGS) $(CFLAGS)
CORE_LIBS   = -lpcre2-8 -ljansson -lz -lzstd -lhiredis
UNIT_LIBS   = -lcmocka $(CORE_LIBS)
# The folders of the core, which does not use nginx.
ROOMS       = core redact intake decode envelope share
CORE_SRCS   = $(wildcard $(ROOMS:%=ngx_rackscope_logs/%/*.c))
CORE        = $(CORE_SRCS:ngx_rackscope_logs/%.c=$(BUILD)/unit/%.o)
# What comes over the network is no matter of the tool, nor are its libraries.
TOOL_ROOMS  = core redact intake
TOOL        = $(filter $(TOOL_ROOMS:%=$(BUILD)/unit/%/%),$(CORE))
TOOL_LIBS   = -lpcre2-8 -ljansson
UNITS       = $(patsubst t/unit/%.c,$(BUILD)/unit/%, \
                         $(wildcard t/unit/*/test_*.c))
BENCH_CORE  = $(BUILD)/bench_core
BENCH_CLIENT = $(BUILD)/bench_client
BENCH_FLOOD = $(BUILD)/bench_flood
BENCH_WAKES = $(BUILD)/bench_wakes
BENCH_REDACT = t/bench/bench_redact.c $(wildcard t/bench/redact_*.c)
SHARE       = $(patsubst %,$(BUILD)/unit/share/%,sim scripts live)
BROWSER     = t/page/node_modules/.package-lock.json
LOGGERS     = t/senders/node_modules/.package-lock.json
FUZZERS     = $(patsubst t/fuzz/%.c,build/fuzz/%,$(wildcard t/fuzz/fuzz_*.c))
FUZZ_CORE   = $(CORE_SRCS:ngx_rackscope_logs/%.c=build/fuzz/core/%.o)
FUZZ_CFLAGS = -std=gnu11 -O1 -g -fsanitize=address,undefined \
              -fno-sanitize-recover=undefined -Ingx_rackscope_logs

# Makes these targets, and says meanwhile how many steps are left.

made = . .ci/progress; progress \
    'left=$$($(MAKE) -n $(1) | grep -c " -o ") && \
     echo "building, steps left: $$left"' \
    $(MAKE) -s --no-print-directory -j $(JOBS) $(1)

.PHONY: module run test test-senders test-units tool install uninstall deb \
        bench count bench-access bench-page bench-redact bench-share pictures \
        units lint fuzz clean help
.SECONDARY: $(CORE) $(FUZZ_CORE)

module:
	@.ci/install $(TASK)
	@BUILD=$(BUILD) NGX_SRC=$(NGX_SRC) CC=$(CC) SANITIZE=$(SANITIZE) \
	    STATIC=$(STATIC) .ci/build

# apt-get is called once for all that is needed, with the module's needs.

run: TASK += run

run: module
	@.ci/install $(TASK)
	@exec env RACKSCOPE_NGINX=$(NGINX) RACKSCOPE_MODULE=$(MODULE) \
	    docs/examples/run $(PORT)

# What the chosen tests need in addition to the module.

TESTED  = $(wildcard $(TESTS))
wanted  = $(if $(filter t t/ $(1),$(TESTED)),$(2))

test: need_units = $(call wanted,t/00-unit.t t/docs.t t/redact-tool.t \
                                t/share-core.t,units)
test: need_browser = $(call wanted,t/page t/page/ t/page/% t/docs.t,browser)
test: need_firefox = $(call wanted,t/page t/page/ t/page/firefox.t,firefox)
test: need_proxies = $(call wanted,t/proxies.t,proxies)
test: need_redis = $(call wanted,t/share%,redis)

test: TASK += test $(need_units) $(need_browser) $(need_firefox) \
              $(need_proxies) $(need_redis)

test: module
	@.ci/install $(TASK)
	@$(if $(need_units)$(need_browser),$(call made,$(need_units) \
	    $(if $(need_browser),$(BROWSER))))
	@RACKSCOPE_NGINX=$(NGINX) RACKSCOPE_MODULE=$(MODULE) \
	    RACKSCOPE_UNITS=$(BUILD)/unit RACKSCOPE_PRELOAD=$(PRELOAD) \
	    prove -j $(JOBS) -r $(TESTS)

test-senders: TASK += test senders

test-senders: module
	@.ci/install $(TASK)
	@$(call made,$(LOGGERS))
	@.ci/unpack build/senders
	@RACKSCOPE_NGINX=$(NGINX) RACKSCOPE_MODULE=$(MODULE) \
	    RACKSCOPE_PRELOAD=$(PRELOAD) prove -j $(JOBS) t/senders

bench: module
	@.ci/install bench compare
	@$(call made,$(BENCH_CORE) $(BENCH_CLIENT) $(BENCH_FLOOD) $(BENCH_WAKES))
	@RACKSCOPE_NGINX=$(NGINX) RACKSCOPE_MODULE=$(abspath $(MODULE)) \
	    BENCH_CORE=$(BENCH_CORE) BENCH_CLIENT=$(BENCH_CLIENT) \
	    BENCH_FLOOD=$(BENCH_FLOOD) BENCH_WAKES=$(BENCH_WAKES) \
	    ONLY=$(ONLY) perl t/bench/bench.pl

# The baseline is for these flags and this compiler.

count:
	@.ci/install $(TASK) count
	@$(call made,$(BENCH_CORE))
	@BENCH_CORE=$(BENCH_CORE) BASELINE=$(BASELINE) perl t/bench/count.pl

$(BENCH_CORE): t/bench/bench_core.c $(CORE)
	$(CC) $(UNIT_CFLAGS) -o $@ $< $(CORE) $(CORE_LIBS)

$(BENCH_CLIENT) $(BENCH_FLOOD) $(BENCH_WAKES): \
    $(BUILD)/%: t/bench/%.c t/bench/bench_net.h
	$(CC) -std=gnu11 -O2 -g -Wall -Wextra -Werror -o $@ $<

bench-access: module
	@.ci/install bench
	@RACKSCOPE_NGINX=$(NGINX) RACKSCOPE_MODULE=$(abspath $(MODULE)) \
	    perl t/bench/access.pl

bench-share: module
	@.ci/install test redis
	@RACKSCOPE_NGINX=$(NGINX) RACKSCOPE_MODULE=$(abspath $(MODULE)) \
	    perl t/bench/share.pl
	@RACKSCOPE_NGINX=$(NGINX) RACKSCOPE_MODULE=$(abspath $(MODULE)) \
	    perl t/bench/storm.pl

bench-page: program = page.mjs
pictures:   program = pictures.mjs

bench-page pictures: module
	@.ci/install test browser
	@$(call made,$(BROWSER))
	@RACKSCOPE_NGINX=$(NGINX) RACKSCOPE_MODULE=$(MODULE) \
	    perl t/bench/page.pl $(program)

# npm writes this file when it has finished.

$(BROWSER): t/page/package-lock.json
	@echo "Installing what drives the browser (npm ci in t/page)"
	@. .ci/progress; cd t/page; progress "echo npm ci in t/page" \
	    npm ci --ignore-scripts --loglevel=error > /dev/null
	@touch $@

$(LOGGERS): t/senders/package-lock.json
	@echo "Installing loggers of npm (npm ci in t/senders)"
	@. .ci/progress; cd t/senders; progress "echo npm ci in t/senders" \
	    npm ci --ignore-scripts --loglevel=error > /dev/null
	@touch $@

tool: target = $(BUILD)/rackscope-redact

tool:
	@.ci/install $(TASK)
	@$(MAKE) -q -s --no-print-directory $(target) || echo "Building $(target)"
	@$(call made,$(target))

# What nginx -V says of its modules has the folder where it looks for them, or
# the prefix in which that is "modules".  With NGX_SRC this is the installed
# nginx all the same, which is not the one that is built.

prefix     ?= /usr/local
bindir     ?= $(prefix)/bin
mandir     ?= $(prefix)/share/man
modulesdir ?= $(shell $(if $(NGX_SRC),$(installed),$(NGINX)) -V 2>&1 | \
    sed -nE 's/.* --modules-path=([^ ]+).*/\1/p; t; \
             s,.* --prefix=([^ ]+).*,\1/modules,p; t; \
             s,^configure arguments:.*,/usr/local/nginx/modules,p')

here = $(or $(modulesdir),$(error Say with modulesdir=/path where nginx looks \
    for its modules: there is no nginx to ask))

# install(1) makes new files.  A file that a running nginx has mapped into
# memory must not be written to.

install: module tool
	install -d $(DESTDIR)$(here) $(DESTDIR)$(bindir) $(DESTDIR)$(mandir)/man1
	install -m 644 $(MODULE) $(DESTDIR)$(here)
	install -m 755 $(BUILD)/rackscope-redact $(DESTDIR)$(bindir)
	install -m 644 docs/rackscope-redact.1 $(DESTDIR)$(mandir)/man1

uninstall:
	rm -f $(DESTDIR)$(here)/$(notdir $(MODULE))
	rm -f $(DESTDIR)$(bindir)/rackscope-redact
	rm -f $(DESTDIR)$(mandir)/man1/rackscope-redact.1

deb:
	@.ci/install deb
	@.ci/deb

bench-redact:
	@.ci/install $(TASK)
	@$(call made,$(BUILD)/bench_redact)
	@$(BUILD)/bench_redact $(BENCH_ROUNDS)

$(BUILD)/bench_redact: $(BENCH_REDACT) t/bench/bench_redact.h $(CORE)
	$(CC) $(UNIT_CFLAGS) -o $@ $(BENCH_REDACT) $(CORE) $(CORE_LIBS)

test-units:
	@.ci/install $(filter clang,$(TASK)) units
	@$(call made,units)
	@RACKSCOPE_UNITS=$(BUILD)/unit prove t/00-unit.t

units: $(UNITS) $(SHARE) $(BUILD)/rackscope-redact

$(BUILD)/rackscope-redact: ngx_rackscope_logs/tool/rackscope_redact.c $(TOOL)
	$(CC) $(UNIT_CFLAGS) $(LDFLAGS) -o $@ $< $(TOOL) $(TOOL_LIBS)

# Functions of PCRE2 that a test replaces, to make them fail.
WRAPPED = match match_data_create match_context_create jit_stack_create \
          compile jit_compile

# Functions of the C library that a test replaces, to count allocations.
ALLOCATION = malloc calloc realloc free

$(BUILD)/unit/redact/test_redact_fail: \
    UNIT_LIBS += $(WRAPPED:%=-Wl,--wrap=pcre2_%_8)

$(BUILD)/unit/intake/test_intake_json: UNIT_LIBS += -Wl,--wrap=malloc
$(BUILD)/unit/intake/test_intake_bad: UNIT_LIBS += $(ALLOCATION:%=-Wl,--wrap=%)
$(BUILD)/unit/intake/test_intake_wipe: \
    UNIT_LIBS += -Wl,--wrap=malloc -Wl,--wrap=free

$(BUILD)/unit/core/test_arena: UNIT_LIBS += -Wl,--wrap=free
$(BUILD)/unit/decode/test_decode_wipe: UNIT_LIBS += -Wl,--wrap=free

# What the simulator looks at, and where it kills a worker.
SIMULATED = rsl_ring_push rsl_ring_keep rsl_ring_mark rsl_ring_skip \
            rsl_ring_restart rsl_share_zone_adopt rsl_share_zone_adopted

$(BUILD)/unit/share/sim: UNIT_LIBS += $(SIMULATED:%=-Wl,--wrap=%)
$(BUILD)/unit/share/sim: PARTS = $(wildcard t/share/sim_*.c)

$(SHARE): $(BUILD)/unit/share/%: t/share/%.c $(wildcard t/share/*.[ch]) \
    $(CORE) Makefile
	@mkdir -p $(@D)
	$(CC) $(UNIT_CFLAGS) -o $@ $< $(PARTS) t/share/redis.c $(CORE) \
	    $(UNIT_LIBS)

$(BUILD)/unit/%: t/unit/%.c $(CORE) Makefile
	@mkdir -p $(@D)
	$(CC) $(UNIT_CFLAGS) -MMD -MP -o $@ $< $(CORE) $(UNIT_LIBS)

$(BUILD)/unit/%.o: ngx_rackscope_logs/%.c Makefile
	@mkdir -p $(@D)
	$(CC) $(UNIT_CFLAGS) -MMD -MP -c -o $@ $<

# The fuzzers share the objects of the core.

build/fuzz/%: t/fuzz/%.c $(FUZZ_CORE) Makefile
	@mkdir -p $(@D)
	clang $(FUZZ_CFLAGS) -fsanitize=fuzzer -MMD -MP -o $@ $< $(FUZZ_CORE) \
	    $(CORE_LIBS)

build/fuzz/core/%.o: ngx_rackscope_logs/%.c Makefile
	@mkdir -p $(@D)
	clang $(FUZZ_CFLAGS) -fsanitize=fuzzer-no-link -MMD -MP -c -o $@ $<

lint: module
	@.ci/install lint
	@NGX_SRC=$(NGX_SRC) .ci/lint $(BUILD)/objs

fuzz:
	@.ci/install $(TASK) clang
	@$(call made,$(FUZZERS))
	@for f in $(FUZZERS); do \
	    mkdir -p $$f.corpus $$f.found && \
	    echo "$$f $(FUZZ_ARGS)" && \
	    $$f $(FUZZ_ARGS) -verbosity=0 -artifact_prefix=$$f.found/ \
	        $$f.corpus || exit; done

clean:
	rm -rf build

# The head of this file, to the first line that is empty.

help:
	@sed -n '3,/^$$/ s/^# \{0,1\}//p' $(firstword $(MAKEFILE_LIST))

-include $(wildcard $(BUILD)/unit/*/*.d build/fuzz/core/*/*.d build/fuzz/*.d)
