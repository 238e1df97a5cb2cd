// A learnware without Python: an iris classifier that speaks `lw-predict/1` itself, as an example of the protocol.
//
// The protocol in one paragraph. The runner (this program) first says `started`. Then the host sends requests and
// the runner answers each. A message is one line of JSON (JSON-RPC 2.0); when it has the member `binary_size`, that
// many raw bytes follow the line: the tensors, little-endian, row-major, one behind the other. stdout carries
// nothing else; stderr is free text. The end of stdin is the end of the program.
//
// To pack a model of your own: put its numbers in the place of `centroids`, compute with them in `nearest`, and set
// FEATURES here, the shapes and datatypes in `hello` and `predict`, and the same in learnware.yaml. Then run make.
//
// Try it by hand: echo '{"jsonrpc":"2.0","id":1,"method":"hello","params":{"protocol":1}}' | bin/threshold
#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "tensors are little-endian");

enum { LINE_LIMIT = 1 << 16, BLOB_LIMIT = 1 << 28, DEPTH_LIMIT = 64, ID_LIMIT = 64, FEATURES = 4, CLASSES = 3 };

// The model: the mean of each species in Fisher's iris data (150 flowers; as in scikit-learn's load_iris).
static const double centroids[CLASSES][FEATURES] = {
    {5.006, 3.428, 1.462, 0.246},  // setosa
    {5.936, 2.770, 4.260, 1.326},  // versicolor
    {6.588, 2.974, 5.552, 2.026},  // virginica
};

static int64_t nearest(const double *x) {
    int64_t best = 0;
    double smallest = INFINITY;
    for (int c = 0; c < CLASSES; c++) {
        double distance = 0;
        for (int i = 0; i < FEATURES; i++) distance += (x[i] - centroids[c][i]) * (x[i] - centroids[c][i]);
        if (distance < smallest) smallest = distance, best = c;
    }
    return best;
}

// JSON. A span is one value inside the line; {NULL, 0} stands for "absent". The reader walks over whole values, so
// a key is found only at the depth where it is looked for, never inside a nested object or a string.
typedef struct { const char *at; size_t length; } span;

static const char *skip_space(const char *p) { return p + strspn(p, " \t\r"); }

// The end of the value at p, or NULL when there is none. The line ends in NUL, which belongs to no value.
static const char *skip_value(const char *p) {
    char closing[DEPTH_LIMIT];
    int depth = 0;
    do {
        if (*p == '"') {
            for (p++; *p != '"'; p++)
                if (*p == 0 || (*p == '\\' && *++p == 0)) return NULL;
            p++;
        } else if (*p == '{' || *p == '[') {
            if (depth == DEPTH_LIMIT) return NULL;
            closing[depth++] = *p++ == '{' ? '}' : ']';
        } else if (*p == '}' || *p == ']') {
            if (depth == 0 || closing[--depth] != *p++) return NULL;
        } else if (*p == 0) {
            return NULL;
        } else if (depth > 0 && strchr(",: \t\r", *p)) {
            p++;
        } else {  // a number, true, false, null
            size_t length = strspn(p, "+-.0123456789abcdefghijklmnopqrstuvwxyzE");
            if (length == 0) return NULL;
            p += length;
        }
    } while (depth > 0);
    return p;
}

// The value of a member of an object (key given), or the element of an array at an index (key NULL).
static span child(span parent, const char *key, int index) {
    span none = {NULL, 0};
    if (parent.length == 0 || *parent.at != (key ? '{' : '[')) return none;
    const char *p = skip_space(parent.at + 1);
    while (*p != '}' && *p != ']') {
        const char *name = p, *end = skip_value(p);
        if (key) {
            if (end == NULL || *name != '"' || *skip_space(end) != ':') return none;
            p = skip_space(skip_space(end) + 1);
        }
        const char *after = skip_value(p);
        if (after == NULL) return none;
        if (key ? (size_t)(end - name) == strlen(key) + 2 && memcmp(name + 1, key, strlen(key)) == 0 : index-- == 0)
            return (span){p, (size_t)(after - p)};
        p = skip_space(after);
        if (*p == ',') p = skip_space(p + 1);
        else if (*p != '}' && *p != ']') return none;
    }
    return none;
}

static bool is(span value, const char *text) {
    return value.length == strlen(text) && memcmp(value.at, text, value.length) == 0;
}

// Whether the value is a whole number of at most `limit`. Every number from outside passes through here.
static bool number(span value, uint64_t limit, uint64_t *result) {
    *result = 0;
    for (size_t i = 0; i < value.length; i++) {
        uint64_t digit = (unsigned char)value.at[i] - (uint64_t)'0';  // wraps around for what is below '0'
        if (digit > 9 || *result > (limit - digit) / 10) return false;  // every limit here is at least 9
        *result = *result * 10 + digit;
    }
    return value.length > 0;
}

// Replies. The id is sent back as it came. They return true: the conversation goes on.
static bool reply(span id, const char *result) {
    return printf("{\"jsonrpc\":\"2.0\",\"id\":%.*s,\"result\":%s}\n", (int)id.length, id.at, result), true;
}

static bool fail(span id, int code, const char *message) {
    if (id.length == 0) id = (span){"null", 4};
    printf("{\"jsonrpc\":\"2.0\",\"id\":%.*s,\"error\":{\"code\":%d,\"message\":\"%s\"}}\n",
           (int)id.length, id.at, code, message);
    return true;
}

// One tensor X: FP64 [n, 4], binary. The answer is one tensor y: INT64 [n], binary.
static bool predict(span id, span params, const char *blob, size_t blob_size) {
    span inputs = child(params, "inputs", 0), x = child(inputs, NULL, 0), shape = child(x, "shape", 0);
    span size_text = child(child(x, "parameters", 0), "binary_data_size", 0);
    uint64_t rows, columns, size;
    if (x.length == 0 || child(inputs, NULL, 1).length) return fail(id, -32602, "One input tensor is needed");
    if (!is(child(x, "datatype", 0), "\"FP64\"")) return fail(id, -32011, "X must be FP64");
    if (size_text.length == 0) return fail(id, -32011, "X must be sent as binary data: give binary_data_size");
    if (!number(child(shape, NULL, 0), BLOB_LIMIT, &rows) || !number(child(shape, NULL, 1), BLOB_LIMIT, &columns) ||
        columns != FEATURES || child(shape, NULL, 2).length)
        return fail(id, -32010, "X must have the shape [n, 4]");
    if (!number(size_text, BLOB_LIMIT, &size) || size != blob_size || size != rows * FEATURES * sizeof(double))
        return fail(id, -32602, "binary_size, binary_data_size and the shape of X must agree");
    if (!is(child(child(params, "parameters", 0), "binary_data_output", 0), "true"))
        return fail(id, -32602, "The output is binary only: ask for binary_data_output");
    for (uint64_t i = 0; i < rows * FEATURES; i++) {
        double value;
        memcpy(&value, blob + i * sizeof value, sizeof value);
        if (!isfinite(value)) return fail(id, -32010, "X must not have missing or infinite values");
    }
    unsigned long long n = rows, bytes = rows * sizeof(int64_t);
    printf("{\"jsonrpc\":\"2.0\",\"id\":%.*s,\"binary_size\":%llu,\"result\":{\"model_name\":\"iris-centroids\","
           "\"outputs\":[{\"name\":\"y\",\"datatype\":\"INT64\",\"shape\":[%llu],"
           "\"parameters\":{\"binary_data_size\":%llu}}]}}\n", (int)id.length, id.at, bytes, n, bytes);
    for (uint64_t i = 0; i < rows; i++) {
        double row[FEATURES];
        memcpy(row, blob + i * sizeof row, sizeof row);
        fwrite(&(int64_t){nearest(row)}, sizeof(int64_t), 1, stdout);
    }
    return true;
}

static const char hello[] =
    "{\"name\":\"iris-centroids\",\"platform\":\"executable\",\"extensions\":[\"binary_tensor_data\"],"
    "\"inputs\":[{\"name\":\"X\",\"datatype\":\"FP64\",\"shape\":[-1,4]}],"
    "\"outputs\":[{\"name\":\"y\",\"datatype\":\"INT64\",\"shape\":[-1]}],\"runtime\":\"C\",\"load_ms\":0}";

// Answers one message. Returns false when the conversation is over.
static bool answer(span message, const char *blob, size_t blob_size) {
    static bool ready = false;
    span id = child(message, "id", 0), method = child(message, "method", 0), params = child(message, "params", 0);
    if (id.length == 0 && message.length) return !is(method, "\"shutdown\"");  // a notification gets no answer
    uint64_t any;
    bool plain = id.length <= ID_LIMIT && (number(id, INT64_MAX, &any) || (id.length && *id.at == '"'));
    if (!plain || !is(child(message, "jsonrpc", 0), "\"2.0\""))
        return fail((span){NULL, 0}, -32600, "Not a JSON-RPC 2.0 request");
    if (is(method, "\"shutdown\"")) return reply(id, "{}"), false;
    if (is(method, "\"hello\"")) {
        ready = is(child(params, "protocol", 0), "1");
        return ready ? reply(id, hello) : fail(id, -32602, "This runner speaks protocol 1 only");
    }
    if (!ready) return fail(id, -32003, "hello comes first");
    if (is(method, "\"metadata\"")) return reply(id, hello);
    if (is(method, "\"ready\"")) return reply(id, "{}");
    if (is(method, "\"predict\"")) return predict(id, params, blob, blob_size);
    return fail(id, -32601, "The methods are hello, predict, metadata, ready and shutdown");
}

int main(void) {  // `return fail(…)` is status 1
    static char line[LINE_LIMIT];
    puts("{\"jsonrpc\":\"2.0\",\"method\":\"started\"}");
    for (bool open = true; open;) {
        fflush(stdout);
        if (fgets(line, sizeof line, stdin) == NULL) return 0;
        size_t length = strcspn(line, "\n");  // also stops at a NUL, which no JSON has
        if (line[length] != '\n') return !feof(stdin) && fail((span){0}, -32600, "The line is too long or has a NUL");
        line[length] = 0;
        const char *start = skip_space(line), *end = skip_value(start);
        span message = {start, end && *start == '{' && *skip_space(end) == 0 ? (size_t)(end - start) : 0};
        span size_text = child(message, "binary_size", 0);
        uint64_t size = 0;
        // Without a valid size nobody knows where the next line starts.
        if (size_text.length && !number(size_text, BLOB_LIMIT, &size))
            return fail(child(message, "id", 0), -32600, "binary_size is no size, or too large");
        char *blob = malloc(size + 1);
        if (blob == NULL) return fail(child(message, "id", 0), -32603, "No memory for the request");
        open = fread(blob, 1, size, stdin) == size && answer(message, blob, size);
        free(blob);
    }
    return 0;
}
