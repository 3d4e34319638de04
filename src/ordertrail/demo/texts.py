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

CALLS = (
    ("Customer called", "Asked when it will arrive; told them the promised date."),
    ("Customer wrote", "Wants the parcel to come after Thursday, if that can be done."),
    ("Call back tomorrow", "Was on the train 🚆 and hard to understand."),
    ("Asked about the size", "Unsure whether the size fits; sent them the table of sizes."),
    ("Nice chat 😊", "Is going to Norway in March. Recommended the −10 °C bag."),
    ("お問い合わせ", "配達時間の変更について。折り返し電話する。"),
    ("مكالمة من الزبون", "سأل عن موعد التسليم، وأُبلغ بالموعد."),
)
"""Notes of the customer service: title, detail."""

EDITS = (
    "Asked when it will arrive; told them the promised date, and that the carrier is late at present.",
    "Corrected: it was their neighbour who called.",
    "As above. Done on Friday. ✅",
)
"""What such a note is edited to."""

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
    "Called the customer: it is number {}.",
    "Customer wrote back: it is number {}, at the back of the yard.",
    "Found it on the map, asked the customer, who confirmed number {}.",
)

CANCELLED_WHY = (
    "Found it cheaper elsewhere",
    "Ordered the wrong colour",
    "The trip was called off 😢",
    "Does not need it any more",
)

MAILS = ("Confirmation of the order", "Your parcel has left", "How do you like it?", "Invoice")
"""What the shop writes to its customers."""

REVIEWS = (
    (5, "Great tent, survived a storm on Skye! ⛺"),
    (4, "とても良いです。"),
    (2, "Kam später als versprochen."),
    (5, "ممتاز"),
    (1, "Left boot is a 42, right boot is a 43. 🥴"),
    (3, "Fine."),
)
"""Stars, and what the customer wrote."""

PAPERS = ("star", "plain brown", "gold", "dinosaur")
