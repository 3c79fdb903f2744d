-- For wrk: posts the lines of a file one by one, or the whole file at once.
--
--     wrk -s post.lua URL -- FILE line|whole

local requests, at = {}, 0

function init(args)
    local file = assert(io.open(args[1], "rb"))
    local text = file:read("*a")

    file:close()

    local headers = { ["Content-Type"] = "application/x-ndjson" }

    if args[2] == "whole" then
        requests[1] = wrk.format("POST", nil, headers, text)
        return
    end

    for line in string.gmatch(text, "[^\n]+") do
        requests[#requests + 1] = wrk.format("POST", nil, headers, line)
    end
end

function request()
    at = at % #requests + 1
    return requests[at]
end
