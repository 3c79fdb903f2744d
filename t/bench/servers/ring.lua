-- SPDX-License-Identifier: BSD-2-Clause

-- The last 1,000 records in a shared dictionary, as somebody would write it who
-- has OpenResty and an afternoon: what costs least was chosen throughout.

local cjson     = require "cjson.safe"
local semaphore = require "ngx.semaphore"

local ENTRIES = 1000
local POLL    = 0.01    -- seconds: workers cannot wake each other

local LEVELS = { DEBUG = 0, INFO = 1, WARNING = 2, ERROR = 3, CRITICAL = 4 }

local dict, sub = ngx.shared.ring, ngx.re.gsub
local find, match, lower = string.find, string.match, string.lower

local _M = {}

local changed, waiting = semaphore.new(), 0


local function redact(text)
    text = sub(text, [[(?i)(authorization:\s*(?:bearer|basic)\s+)\S+]],
               "$1***", "jo")
    return (sub(text, [[(?i)((?:password|secret|token|api_?key)["']?\s*[=:]\s*["']?)[^\s"',&]+]],
                "$1***", "jo"))
end


-- A slot is "SEQ LEVEL {...}".

local function push(record)
    if type(record.message) ~= "string" then
        return false
    end

    record.message = redact(record.message)

    if type(record.exception) == "string" then
        record.exception = redact(record.exception)
    end

    local seq = dict:incr("seq", 1, 0)
    record._seq = seq

    dict:set(seq % ENTRIES, seq .. " " .. (LEVELS[record.level] or 1) .. " "
                            .. cjson.encode(record))
    return true
end


function _M.ingest()
    ngx.req.read_body()

    local body, n = ngx.req.get_body_data() or "", 0

    for line in string.gmatch(body, "[^\n]+") do
        local record = cjson.decode(line)

        if record and push(record) then
            n = n + 1
        end
    end

    ngx.say('{"accepted":', n, '}')
end


local function slot(seq)
    local value = dict:get(seq % ENTRIES)

    if value then
        local at, level, line = match(value, "^(%d+) (%d) (.*)$")

        if tonumber(at) == seq then
            return line, tonumber(level)
        end
    end
end


function _M.get()
    local args   = ngx.req.get_uri_args()
    local n      = tonumber(args.n) or 200
    local level  = args.level and LEVELS[args.level]
    local search = args.search and lower(args.search)
    local last   = dict:get("seq") or 0
    local lines  = {}

    for seq = last, math.max(1, last - ENTRIES + 1), -1 do
        local line, its = slot(seq)

        if line and (not level or its == level)
            and (not search or find(lower(line), search, 1, true))
        then
            lines[#lines + 1] = line

            if #lines == n then
                break
            end
        end
    end

    for i = 1, math.floor(#lines / 2) do
        lines[i], lines[#lines - i + 1] = lines[#lines - i + 1], lines[i]
    end

    ngx.header["Content-Type"] = "application/json"
    ngx.print('{"logs":[', table.concat(lines, ","), "]}")
end


-- One timer a worker looks for all of its streams.

function _M.watch()
    local seen = 0

    ngx.timer.every(POLL, function ()
        local last = dict:get("seq") or 0

        if last ~= seen then
            seen = last

            if waiting > 0 then
                changed:post(waiting)
                waiting = 0
            end
        end
    end)
end


function _M.stream()
    ngx.header["Content-Type"] = "text/event-stream"
    ngx.send_headers()
    ngx.flush(true)

    local seq = dict:get("seq") or 0

    while true do
        waiting = waiting + 1
        changed:wait(15)

        local last, out = dict:get("seq") or 0, {}

        for at = math.max(seq + 1, last - ENTRIES + 1), last do
            local line = slot(at)

            if line then
                out[#out + 1] = "id: " .. at .. "\ndata: " .. line .. "\n\n"
            end
        end

        seq = last

        if #out == 0 then
            out[1] = ": heartbeat\n\n"
        end

        if not ngx.print(out) or not ngx.flush(true) then
            return
        end
    end
end


return _M
