"""What people at the simulated shop write."""

COMMENTS = {
    "Europe": (
        "Bitte beim Nachbarn (Familie Çelik) abgeben, danke! 🙏",
        "Merci de sonner deux fois — l’interphone est capricieux.",
        "Happy birthday, Mam! 🎂🎈",
        "Proszę dzwonić przed dostawą.",
    ),
    "America": (
        "Leave it on the porch, beware of the dog 🐕 (he is friendly, but heavy).",
        "It's a gift: please no invoice in the parcel.",
        "Por favor, entregar después de las 5 pm.",
    ),
    "Asia": (
        "置き配でお願いします。",
        "午前中の配達を希望します 🌸",
        "الرجاء الاتصال قبل التوصيل",
        "اتركوه عند الحارس من فضلكم 🌙",
    ),
}
"""What customers write when they order, by region."""

CALLS = {
    "Europe": (
        (
            "Customer called",
            "Asked when it will arrive; told them the promised date.",
            "Asked when it will arrive; told them the promised date, and that the carrier is late at present.",
        ),
        (
            "Asked about the size",
            "Unsure whether the size fits; sent them the table of sizes.",
            "Unsure whether the size fits; sent them the table of sizes. Stays as it is. ✅",
        ),
        (
            "Nice chat 😊",
            "Is going to Norway in March. Recommended the −10 °C bag.",
            "Is going to Norway in March, not in May. Recommended the −10 °C bag.",
        ),
        ("Rückruf morgen", "War im Zug 🚆 und kaum zu verstehen.", "War im Zug 🚆. Hat zurückgerufen, erledigt."),
    ),
    "America": (
        (
            "Customer wrote",
            "Wants the parcel to come after Thursday, if that can be done.",
            "Wants the parcel to come after Thursday. Told the carrier.",
        ),
        ("Call back tomorrow", "Was driving 🚗, asked us to call again.", "Called again: all clear now."),
        (
            "Customer wrote",
            'Subject: <b>URGENT</b> & "last warning"; in fact quite friendly.',
            "Answered; all is well.",
        ),
        ("Preguntó por la factura", "Necesita la factura con el nombre de la empresa.", "Factura enviada."),
    ),
    "Asia": (
        ("お問い合わせ", "配達時間の変更について。折り返し電話する。", "配達時間の変更について。午前中に変更済み。"),
        ("مكالمة من الزبون", "سأل عن موعد التسليم، وسنعاود الاتصال.", "سأل عن موعد التسليم، وأُبلغ بالموعد."),
        ("Asked about customs", "Wants to know who pays the duty; will find out.", "We pay the duty. Told them."),
    ),
}
"""Notes of each region's customer service: title, detail, and the detail once it is put right."""

FOR_CUSTOMER = (
    ("We have looked into it", "Your parcel is on its way. Thank you for your patience! 💚"),
    ("About your order", "One item comes a little later than promised. We are sorry for the wait."),
)
"""Notes that the customer reads."""

WAREHOUSE_NOTES = (
    ("Carton damaged", "Outer carton had a dent, repacked it."),
    ("Two parcels taped together", "They belong together: kept them as one."),
    ("Label printed twice", "Threw the first one away."),
)

ADDRESS_PROBLEMS = (
    "House number is missing",
    "Postal code and city do not match",
    "The carrier does not know this street",
    "PO box, but the carrier needs a door",
)

ADDRESS_ANSWERS = (
    "Called the customer: number {}, not {}.",
    "Customer wrote back: it is number {}. {} was where they lived before.",
    "Asked the neighbours' association 🏘️: number {}. There is no {} in this street.",
)
"""What the right number is, and what it was."""

CANCELLED_WHY = (
    "Found it cheaper elsewhere",
    "Ordered the wrong colour",
    "The trip was called off 😢",
    "Does not need it any more",
)

REVIEWS = {
    "Europe": (
        (5, "Great, survived a storm on Skye! ⛺"),
        (2, "Kam später als versprochen."),
        (3, "Correct, sans plus."),
        (4, "Bra!"),
    ),
    "America": ((5, "Love it ❤️"), (1, "Came in a box of the size of a bathtub. 🛁"), (4, "Muy bien.")),
    "Asia": ((4, "とても良いです。"), (5, "ممتاز 🌟"), (3, "Fine.")),
}
"""Stars and words, by region."""

PAPERS = ("star", "plain brown", "gold", "dinosaur")
