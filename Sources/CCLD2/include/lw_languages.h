#pragma once

#ifdef __cplusplus
extern "C" {
#endif

// One language of a text: CLD2's code, such as "en" or "zh-Hant", and its share of the text in per cent.
struct lw_language {
    char code[16];
    int percent;
};

// Finds up to three languages of a text in UTF-8, the largest share first; returns how many.
int lw_detect_languages(const char *text, int count, struct lw_language *languages);

// The code of CLD2's language with this number, from 0 up; null after the last.
const char *lw_language_code(int number);

#ifdef __cplusplus
}
#endif
