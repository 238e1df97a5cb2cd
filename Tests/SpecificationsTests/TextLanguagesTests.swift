import Specifications
import Testing

@Suite("Languages of texts")
struct TextLanguagesTests {
    // Codes are langdetect's, which differ from CLD2's for Hebrew, Chinese and the second Norwegian.
    static let samples = [
        ("en", "The committee will decide next week whether the new library may be opened to the public."),
        ("de", "Der Ausschuss entscheidet nächste Woche, ob die neue Bibliothek für alle geöffnet werden darf."),
        ("fr", "La commission décidera la semaine prochaine si la nouvelle bibliothèque peut être ouverte au public."),
        ("es", "La comisión decidirá la próxima semana si la nueva biblioteca puede abrirse al público."),
        (
            "no",
            "Utvalet skal neste veke avgjere om det nye biblioteket kan opnast for ålmenta, seier dei ikkje noko om."
        ),
        ("no", "Utvalget skal neste uke avgjøre om det nye biblioteket kan åpnes for allmennheten, sier hun."),
        ("he", "הוועדה תחליט בשבוע הבא אם ניתן לפתוח את הספרייה החדשה לקהל הרחב."),
        ("zh-cn", "委员会将于下周决定新图书馆是否可以向公众开放，并讨论开馆时间。"),
        ("zh-tw", "委員會將於下週決定新圖書館是否可以向公眾開放，並討論開館時間。"),
        ("ja", "委員会は来週、新しい図書館を一般に公開できるかどうかを決定します。"),
        ("ko", "위원회는 다음 주에 새 도서관을 일반에 공개할 수 있는지 결정할 것입니다."),
        ("ru", "Комиссия на следующей неделе решит, можно ли открыть новую библиотеку для всех желающих."),
        ("ar", "ستقرر اللجنة الأسبوع المقبل ما إذا كان يمكن فتح المكتبة الجديدة للجمهور."),
        ("hi", "समिति अगले सप्ताह तय करेगी कि नया पुस्तकालय जनता के लिए खोला जा सकता है या नहीं।"),
    ]

    @Test("Languages are named by langdetect's codes", arguments: samples)
    func single(code: String, text: String) {
        #expect(TextLanguages.detect(in: [text, text]) == [code])
    }

    @Test("Every language that langdetect knows can be named, and has no second name")
    func codes() {
        let codes = TextLanguages.allOfCLD2
        #expect(codes.count > 200)
        let mapped = Set(codes.map { TextLanguages.code(for: $0) })
        #expect(TextLanguages.langdetect.count == 55)
        #expect(TextLanguages.langdetect.subtracting(mapped).isEmpty)
        for other in ["iw", "zh", "zh-Hant", "nn"] {
            #expect(codes.contains(other))
            #expect(!mapped.contains(other))
        }
    }

    @Test("Texts of two languages have both, the larger share first")
    func mixed() {
        let english = [String](repeating: Self.samples[0].1, count: 12)
        let russian = [String](repeating: Self.samples[11].1, count: 4)
        #expect(TextLanguages.detect(in: english + russian) == ["en", "ru"])
    }

    @Test("What is no language has none", arguments: [[], [""], ["1234 5678"], ["\u{0}\u{FFFD}"]])
    func none(texts: [String]) {
        #expect(TextLanguages.detect(in: texts).isEmpty)
    }

    @Test(
        "Controls and what is no character do not hide a language",
        arguments: ["\u{0}", "\u{85}", "\u{FFFE}", "\u{1B}[2J"]
    )
    func controls(character: String) {
        #expect(TextLanguages.detect(in: [character, Self.samples[0].1 + character]) == ["en"])
    }

    @Test("A text longer than what is looked at is cut, also inside a character")
    func long() {
        let text = [String](repeating: Self.samples[11].1, count: 30_000).joined(separator: " ")
        #expect(text.utf8.count > 1 << 22)
        #expect(TextLanguages.detect(in: [text]) == ["ru"])
    }
}
