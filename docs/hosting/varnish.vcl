# A cache in front of `mss-pack serve`, for /etc/varnish/default.vcl (Varnish 6 or 7).
# docs/hosting.md explains it; what you will change has a <-.
vcl 4.1;

import std;

backend origin {
    .host = "127.0.0.1";                  # <- mss-pack serve out/ --trust-proxy
    .port = "8080";                       # <-
    .connect_timeout = 2s;
    .first_byte_timeout = 15s;
    .between_bytes_timeout = 15s;
    .probe = {
        .url = "/";
        .interval = 5s;
        .timeout = 2s;
        .window = 3;
        .threshold = 2;
        .initial = 2;
    }
}

sub vcl_recv {
    # The last address of a list is the one that the origin believes: ours to tell.
    set req.http.X-Forwarded-For = client.ip;
    if (req.method == "OPTIONS" && req.url ~ "(?i)\.ism/") {
        return (synth(204));
    }
    if (req.method != "GET" && req.method != "HEAD") {
        return (pass);
    }
    # Whole files, where `serve --allow-download` gives them: too large to keep.
    if (req.url ~ "(?i)\.(ism[vatc]|mp4|m4a)(\?|$)") {
        return (pass);
    }
    # Nothing here depends on them, and Varnish keeps no reply to who sends them.
    unset req.http.Cookie;
    unset req.http.Authorization;
    # Some clients write addresses so; they are the same.
    set req.url = regsuball(regsuball(req.url, "%28", "("), "%29", ")");
    # The page and the list of packages are kept for a dead origin only.
    if (req.url !~ "(?i)\.ism/" && std.healthy(req.backend_hint)) {
        set req.grace = 0s;
    }
    return (hash);
}

# The one query that makes another reply: the moment of a thumbnail, read as the
# origin reads it. Whatever else stands behind a `?`, such as CMCD, is for logs.
sub vcl_hash {
    hash_data(regsub(req.url, "\?.*$", ""));
    if (req.url ~ "^[^?]*/(?i)thumbnail\.jpg(?-i)\?(.*&)?t=[0-9]{1,16}(&|$)") {
        hash_data(regsub(req.url, "^[^?]*\?(?:.*?&)?t=([0-9]{1,16})(?:&.*)?$", "\1"));
    }
    return (lookup);
}

# Requests for one thing that come while it is fetched wait for it; that is so by
# itself. How long replies are kept is what the origin says.
sub vcl_backend_response {
    if (bereq.is_bgfetch && beresp.status >= 500) {
        return (abandon);
    }
    if (beresp.status != 200 && beresp.status != 304) {
        set beresp.ttl = 0s;
        set beresp.uncacheable = true;
        return (deliver);
    }
    if (bereq.url !~ "(?i)\.ism/") {
        set beresp.ttl = 1s;
    }
    # Served although too old: while Varnish asks for it anew, or the origin is down.
    set beresp.grace = 30d;
    set beresp.keep = 30d;
    if (beresp.http.Content-Type ~ "sstr\+xml|json|text|svg") {
        set beresp.do_gzip = true;
    }
    return (deliver);
}

sub vcl_deliver {
    if (obj.hits == 0) {
        set resp.http.X-Cache-Status = "MISS";
    } elsif (obj.ttl < 0s) {
        set resp.http.X-Cache-Status = "STALE";
    } else {
        set resp.http.X-Cache-Status = "HIT";
    }
}

# Scripts of other sites ask first whether they may; also of a dead origin.
sub vcl_synth {
    if (resp.status == 204) {
        set resp.http.Access-Control-Allow-Origin = "*";
        set resp.http.Access-Control-Allow-Methods = "GET, HEAD, OPTIONS";
        set resp.http.Access-Control-Allow-Headers = "Range, If-None-Match, If-Modified-Since, If-Range, CMCD-Request, CMCD-Object, CMCD-Status, CMCD-Session";
        set resp.http.Access-Control-Max-Age = "86400";
        return (deliver);
    }
}
