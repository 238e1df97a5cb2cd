#include "lw_languages.h"

#include <cstdio>

#include <cld2/public/compact_lang_det.h>
#include <cld2/public/encodings.h>

#include <cstring>

// CLD2 is C++, which Swift sees only by way of C.
int lw_detect_languages(const char *text, int count, lw_language *languages) {
    CLD2::CLDHints hints = {nullptr, nullptr, CLD2::UNKNOWN_ENCODING, CLD2::UNKNOWN_LANGUAGE};
    CLD2::Language found[3] = {CLD2::UNKNOWN_LANGUAGE, CLD2::UNKNOWN_LANGUAGE, CLD2::UNKNOWN_LANGUAGE};
    int percent[3] = {0, 0, 0};
    double scores[3] = {0, 0, 0};
    int seen = 0, valid = 0;
    bool is_reliable = false;
    CLD2::ExtDetectLanguageSummaryCheckUTF8(
        text, count, true, &hints, 0, found, percent, scores, nullptr, &seen, &is_reliable, &valid);
    // A character that may not be exchanged ends the search, and nothing is written then.
    int result = 0;
    for (int i = 0; i < 3; i++) {
        if (found[i] == CLD2::UNKNOWN_LANGUAGE || percent[i] <= 0) continue;
        std::strncpy(languages[result].code, CLD2::LanguageCode(found[i]), sizeof languages[result].code - 1);
        languages[result].code[sizeof languages[result].code - 1] = 0;
        languages[result].percent = percent[i];
        result++;
    }
    return result;
}

const char *lw_language_code(int number) {
    if (number < 0 || number >= CLD2::NUM_LANGUAGES) return nullptr;
    return CLD2::LanguageCode(static_cast<CLD2::Language>(number));
}
