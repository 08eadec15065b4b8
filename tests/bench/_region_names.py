# ruff: noqa: E501 (lists of names)
"""Names of the people who come to a border region, as their documents and others write them. Invented people only.

Each maker returns a Named: the words of the passport, and how others write the same name. Imports no service code.
"""

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

__all__ = ["MAKERS", "Named", "twin_of"]

ZIPF = 0.75


@dataclass(frozen=True)
class Named:
    """`surname` and `given` as in the passport; `tie` stands between them where a father's name follows.

    `given_first`: whether others write the given names first. `spellings`: other ways of one word. `script`: the name
    in its own script, where that is not Latin.
    """

    kind: str
    surname: tuple[str, ...]
    given: tuple[str, ...]
    tie: str = ""
    given_first: bool = True
    script: str = ""


def words(text: str) -> list[str]:
    return text.split()


def pick(random: Random, names: list[str]) -> str:
    """The first names of a list are the most frequent."""
    weights = [1 / (rank + 3) ** ZIPF for rank in range(len(names))]
    return random.choices(names, weights)[0]


MALAY_M = words(
    "Ali Hassan Ismail Ibrahim Yusof Rahman Azman Hafiz Faizal Zulkifli Razak Aziz Kamal Rosli Shahrul Amir Firdaus Hakim "
    "Iskandar Jamal Khairul Luqman Nazri Osman Rashid Saiful Tarmizi Wahab Zainal Bakar Daud Effendi Fadhil Ghazali Haris "
    "Idris Jefri Latif Mazlan Nizam Omar Putra Ridzuan Sabri Taufik Usman Wan Yazid Zamri Asyraf Badrul Haikal Syafiq Danish"
)
MALAY_F = words(
    "Aminah Aisyah Fatimah Khadijah Zainab Rohani Salmah Mariam Zaleha Noraini Hasnah Rosnah Azizah Faridah Halimah Jamilah "
    "Kamariah Latifah Maznah Norliza Rabiah Saadiah Suraya Zubaidah Aina Balqis Damia Farhana Hidayah Izzati Liyana Mastura "
    "Nadia Puteri Qistina Rahimah Shahira Syazwani Umairah Wardina Yasmin Zulaikha Nabila Hanisah Maisarah Sofea Batrisyia"
)
IBAN_M = words(
    "Jugah Unggang Langgat Sangau Barieng Entri Jabu Gani Mandau Ngelambong Penghulu Rentap Sigai Tedong Usat Bangau Chaong "
    "Duat Empin Garai Jimbun Kanyan Limbang Manggat Nanta Opai Pengiran Ranggau Saban Tujoh Umpang Veno Wilfred Anyau Bujang "
    "Changai Dunggau Ensali Gerasi Igat Jelani Kudang Luat Melintang Nyaring Pagang Ringkai Sandin Temenggong Untam Banyang"
)
IBAN_F = words(
    "Indai Senia Lemie Mengan Rinya Sulau Tipah Unchat Bunga Dayang Embuas Gupi Impun Jawai Kelumai Layang Mindu Nyawai "
    "Ramba Sendai Timah Umang Balu Chenta Dinggu Endu Gemong Igok Jenara Kejuang Lunsa Menti Nuing Remie Siah Tambong Urai"
)
CHRISTIAN_M = words(
    "Peter John Michael Joseph Andrew Simon Patrick Edward Henry Francis Stephen Philip Robert Anthony Jackson"
)
CHRISTIAN_F = words(
    "Mary Anna Elizabeth Catherine Agnes Lucy Margaret Helen Cecilia Monica Theresa Veronica Jennifer Doris"
)
CHINESE_SURNAMES = [  # sign, pinyin, the spelling of Malaysian families
    tuple(row.split("/"))
    for row in words(
        "陈/Chen/Tan 林/Lin/Lim 李/Li/Lee 王/Wang/Ong 黄/Huang/Ng 张/Zhang/Teo 刘/Liu/Lau 吴/Wu/Goh 蔡/Cai/Chua 杨/Yang/Yeo "
        "许/Xu/Koh 郑/Zheng/Tay 谢/Xie/Chia 郭/Guo/Kwek 洪/Hong/Ang 曾/Zeng/Chan 邱/Qiu/Khoo 廖/Liao/Liew 叶/Ye/Yap 沈/Shen/Sim "
        "周/Zhou/Chew 徐/Xu/Chee 苏/Su/Soh 何/He/Ho 罗/Luo/Loh 高/Gao/Kok 梁/Liang/Leong 赵/Zhao/Chiew 宋/Song/Song 唐/Tang/Tong "
        "邓/Deng/Teng 冯/Feng/Foong 程/Cheng/Thia 潘/Pan/Phua 余/Yu/Yee 白/Bai/Peh 傅/Fu/Poh 方/Fang/Png 姚/Yao/Yeow 孙/Sun/Soon"
    )
]
CHINESE_GIVEN = [  # sign, pinyin, the spelling of Malaysian families
    tuple(row.split("/"))
    for row in words(
        "伟/Wei/Wee 明/Ming/Meng 华/Hua/Hwa 丽/Li/Lai 玲/Ling/Leng 美/Mei/Bee 芳/Fang/Hong 强/Qiang/Keong 军/Jun/Choon "
        "平/Ping/Peng 杰/Jie/Kiat 文/Wen/Boon 玉/Yu/Geok 英/Ying/Eng 秀/Xiu/Siew 慧/Hui/Hwee 志/Zhi/Chee 国/Guo/Kok 建/Jian/Kian "
        "成/Cheng/Seng 小/Xiao/Siau 春/Chun/Choon 金/Jin/Kim 永/Yong/Eng 德/De/Teck 福/Fu/Hock 光/Guang/Kuang 海/Hai/Hai 红/Hong/Ang "
        "辉/Hui/Hui 佳/Jia/Kah 静/Jing/Cheng 俊/Jun/Jin 凯/Kai/Kai 兰/Lan/Lan 龙/Long/Leong 敏/Min/Min 宁/Ning/Leng 清/Qing/Cheng "
        "荣/Rong/Eng 胜/Sheng/Seng 思/Si/Soo 涛/Tao/Toh 婷/Ting/Teng 威/Wei/Wai 贤/Xian/Hean 欣/Xin/Sin 雪/Xue/Soat 雅/Ya/Ngah "
        "艳/Yan/Yen 怡/Yi/Yee 勇/Yong/Yong 宇/Yu/Yew 正/Zheng/Cheng 中/Zhong/Tiong 子/Zi/Choo 安/An/Ann 彬/Bin/Pin 超/Chao/Chiau"
    )
]
INDIAN_M = words(
    "Rajendran Subramaniam Krishnan Murugan Ganesan Ramasamy Kumar Suresh Ravi Vijay Arun Balakrishnan Chandran Devan Ezhil "
    "Gopal Hari Jeyaraj Kannan Letchumanan Maniam Nadarajan Palani Raju Sivakumar Thanabalan Veerappan Yogeswaran Anand "
    "Bharath Dinesh Gunasekaran Karthik Logan Mohan Naveen Prakash Rajan Saravanan Tamilselvan Uthaya Velu Ashok Selvam"
)
INDIAN_F = words(
    "Lakshmi Devi Saraswathy Parvathi Meenakshi Kamala Rani Shanti Vasantha Ambika Bhavani Chitra Durga Eswari Gayathri "
    "Indrani Jayanthi Kavitha Leela Malar Nirmala Padma Rajeswari Selvi Thilaga Uma Vijaya Yamuna Anjali Deepa Geetha Hema"
)
ARABIC_M = [  # passport, script, other spellings
    tuple(row.split("/"))
    for row in words(
        "Mohammed/محمد/Muhammad/Mohamed Ahmed/أحمد/Ahmad Ali/علي/Aly Hassan/حسن/Hasan Hussein/حسين/Husain/Hussain "
        "Omar/عمر/Umar Khalid/خالد/Khaled Youssef/يوسف/Yusuf/Yousef Ibrahim/إبراهيم/Ebrahim Mustafa/مصطفى/Mostafa Saleh/صالح/Salih "
        "Abdullah/عبدالله/Abdulla Tariq/طارق/Tarek Walid/وليد/Waleed Faisal/فيصل/Faysal Nasser/ناصر/Nasir Majid/ماجد/Majed "
        "Samir/سمير/Sameer Karim/كريم/Kareem Jamal/جمال/Gamal Bilal/بلال/Belal Hamza/حمزة/Hamzah Zaid/زيد/Zayd Rashid/راشد/Rashed"
    )
]
ARABIC_F = [
    tuple(row.split("/"))
    for row in words(
        "Fatima/فاطمة/Fatimah Aisha/عائشة/Ayesha Maryam/مريم/Mariam Zainab/زينب/Zaynab Khadija/خديجة/Khadijah Layla/ليلى/Leila "
        "Noura/نورة/Nora Salma/سلمى/Selma Huda/هدى/Hoda Amina/أمينة/Ameena Samira/سميرة/Sameera Rania/رانيا/Raniya Hanan/حنان/Hanan"
    )
]
ARABIC_FAMILY = [
    tuple(row.split("/"))
    for row in words(
        "Al-Harbi/الحربي/Alharbi Al-Ghamdi/الغامدي/Alghamdi Al-Otaibi/العتيبي/Alotaibi Al-Qahtani/القحطاني/Alqahtani Haddad/حداد/Hadad "
        "Mansour/منصور/Mansur Najjar/نجار/Najar Khalil/خليل/Khaleel Al-Zahrani/الزهراني/Alzahrani Al-Shehri/الشهري/Alshehri "
        "Darwish/درويش/Darweesh Sabbagh/صباغ/Sabagh Al-Dosari/الدوسري/Aldossary Bakri/بكري/Bakry Al-Maliki/المالكي/Almalki "
        "Tamimi/تميمي/Temimi Al-Rashidi/الرشيدي/Alrashidi Hijazi/حجازي/Hegazy Qasim/قاسم/Kassem Al-Sharif/الشريف/Alsharif"
    )
]
JAVANESE_M = words(
    "Suharto Sukarno Susanto Budiman Widodo Prasetyo Wibowo Santoso Hartono Sutrisno Purnomo Sugiarto Supriyadi Mulyono "
    "Suryanto Wahyudi Nugroho Setiawan Kurniawan Haryanto Sudarmono Pranoto Suwarno Waluyo Kartono Sumarno Darmawan Riyanto"
)
JAVANESE_F = words(
    "Sumarni Wahyuni Lestari Suryani Sulastri Kartini Rahayu Utami Handayani Suparti Wulandari Ningsih Purwanti Sutinah "
    "Astuti Mulyani Sri Dewi Endang Retno Yuliana Widyastuti Puspita Kusumawati Hartini Suharti Maryati Tumini Ratnasari"
)
WESTERN_M = words(
    "James Thomas Daniel William Lucas Oliver Benjamin Alexander Samuel Matthew Sebastian Hendrik Johannes Pierre Antoine "
    "Giovanni Marco Carlos Miguel Henrik Lars Erik Nikolai Stefan Andreas Wolfgang Dieter Jan Pieter Willem Sean Connor"
)
WESTERN_F = words(
    "Emma Sophie Charlotte Katharina Elizabeth Julia Laura Ingrid Astrid Margaux Camille Giulia Francesca Isabel Carmen "
    "Birgit Annelies Hannah Olivia Amelia Grace Victoria Natalie Monika Ursula Marieke Femke Siobhan Niamh Claire Helena"
)
WESTERN_SURNAMES = words(
    "Smith Jones Williams Brown Taylor Johnson Miller Schmidt Mueller Wagner Becker Hoffmann Dubois Lefebvre Moreau Rossi "
    "Ferrari Garcia Martinez Fernandez Jansen DeVries Bakker Visser Andersen Nielsen Lindqvist Svensson Obermaier Kowalski "
    "Novak Horvath Murphy OBrien Campbell Stewart Zwartendijk Quackenbosch Featherstonehaugh Wolkenstein Vandenberghe "
    "Papadopoulos Castellanos Montgomery Fitzgerald Harrington Blackwood Whitfield Ashworth Pemberton Kellerman Steinbach"
)
RUSSIAN_M = [
    tuple(r.split("/"))
    for r in words(
        "Sergei/Сергей/Sergey Aleksandr/Александр/Alexander Dmitrii/Дмитрий/Dmitry Andrei/Андрей/Andrey Ivan/Иван/Ivan "
        "Nikolai/Николай/Nikolay Mikhail/Михаил/Michail Aleksei/Алексей/Alexey Iurii/Юрий/Yuri Pavel/Павел/Pavel"
    )
]
RUSSIAN_FAMILY = [
    tuple(r.split("/"))
    for r in words(
        "Ivanov/Иванов/Ivanov Smirnov/Смирнов/Smirnov Kuznetsov/Кузнецов/Kuznecov Popov/Попов/Popov Vasilev/Васильев/Vasiliev "
        "Petrov/Петров/Petrov Sokolov/Соколов/Sokolov Mikhailov/Михайлов/Mihailov Fedorov/Фёдоров/Fyodorov Morozov/Морозов/Morozov "
        "Volkov/Волков/Volkov Lebedev/Лебедев/Lebedev Kozlov/Козлов/Kozlov Novikov/Новиков/Novikov Zhukov/Жуков/Jukov"
    )
]


def malay(random: Random, sex: str) -> Named:
    first, own = ("Muhammad", MALAY_M) if sex == "M" else (random.choice(("Nur", "Siti")), MALAY_F)
    given = ([first] if random.random() < 0.45 else []) + _several(random, own, 0.3)
    father = (["Mohd"] if random.random() < 0.25 else []) + [pick(random, MALAY_M)]
    return Named("malay", tuple(father), tuple(given), "bin" if sex == "M" else "binti")


def iban(random: Random, sex: str) -> Named:
    own, christian = (IBAN_M, CHRISTIAN_M) if sex == "M" else (IBAN_F, CHRISTIAN_F)
    given = ([pick(random, christian)] if random.random() < 0.4 else []) + [pick(random, own)]
    return Named("iban", (pick(random, IBAN_M),), tuple(given), "anak")


def malaysian_chinese(random: Random, sex: str) -> Named:
    _, _, surname = random.choices(CHINESE_SURNAMES, [1 / (n + 2) for n in range(len(CHINESE_SURNAMES))])[0]
    given = [random.choice(CHINESE_GIVEN) for _ in range(2 if random.random() < 0.93 else 1)]
    return Named("chinese_my", (surname,), tuple(row[2] for row in given), given_first=False)


def chinese(random: Random, sex: str) -> Named:
    sign, surname, _ = random.choices(CHINESE_SURNAMES, [1 / (n + 2) for n in range(len(CHINESE_SURNAMES))])[0]
    given = [random.choice(CHINESE_GIVEN) for _ in range(2 if random.random() < 0.85 else 1)]
    joined = "".join(row[1] for row in given).capitalize()
    return Named("chinese", (surname,), (joined,), given_first=False, script=sign + "".join(row[0] for row in given))


def indian(random: Random, sex: str) -> Named:
    own = INDIAN_M if sex == "M" else INDIAN_F
    return Named("indian", (pick(random, INDIAN_M),), tuple(_several(random, own, 0.3)), "a/l" if sex == "M" else "a/p")


def arabic(random: Random, sex: str) -> Named:
    own, father = random.choice(ARABIC_M if sex == "M" else ARABIC_F), random.choice(ARABIC_M)
    family = random.choice(ARABIC_FAMILY)
    grand = [random.choice(ARABIC_M)] if random.random() < 0.4 else []
    rows = [own, father, *grand, family]
    return Named("arabic", (family[0],), tuple(row[0] for row in rows[:-1]), script=" ".join(row[1] for row in rows))


def javanese(random: Random, sex: str) -> Named:
    own = JAVANESE_M if sex == "M" else JAVANESE_F
    return Named("javanese", (), tuple(_several(random, own, 0.55)))


def western(random: Random, sex: str) -> Named:
    own = WESTERN_M if sex == "M" else WESTERN_F
    surname = [pick(random, WESTERN_SURNAMES) for _ in range(1 if random.random() < 0.9 else 2)]
    return Named("western", tuple(dict.fromkeys(surname)), tuple(_several(random, own, 0.6)))


def russian(random: Random, sex: str) -> Named:
    own, family = random.choice(RUSSIAN_M), random.choice(RUSSIAN_FAMILY)
    return Named("russian", (family[0],), (own[0],), script=f"{own[1]} {family[1]}")


def _several(random: Random, names: list[str], second: float) -> list[str]:
    found = [pick(random, names)]
    if random.random() < second:
        found.append(pick(random, names))
    return list(dict.fromkeys(found))


Maker = Callable[[Random, str], Named]
# Who comes: maker, share, citizenship.
MAKERS: list[tuple[Maker, int, str]] = [
    (malay, 26, "MYS"),
    (iban, 18, "MYS"),
    (malaysian_chinese, 14, "MYS"),
    (chinese, 14, "CHN"),
    (indian, 8, "MYS"),
    (arabic, 6, "SAU"),
    (javanese, 5, "SUR"),
    (western, 7, "NLD"),
    (russian, 2, "RUS"),
]
BY_KIND = {"malay": malay, "iban": iban, "chinese_my": malaysian_chinese, "chinese": chinese, "indian": indian}
BY_KIND |= {"arabic": arabic, "javanese": javanese, "western": western, "russian": russian}


def twin_of(random: Random, one: Named, sex: str) -> Named:
    """Brother or sister: the family's part of the name, another given name; one in four sounds nearly the same."""
    given = one.given
    while " ".join(given) == " ".join(one.given):
        made = BY_KIND[one.kind](random, sex)
        given = made.given
        if random.random() < 0.25 and len(one.given[-1]) > 3:
            given = (*one.given[:-1], _rhymed(random, one.given[-1]))
        elif len(one.given) > 1 and random.random() < 0.5:
            given = (one.given[0], made.given[-1])
    return Named(one.kind, one.surname, given, made.tie or one.tie, one.given_first)


def _rhymed(random: Random, name: str) -> str:
    at = random.randrange(len(name))
    vowels = "aeiou"
    letters = (
        vowels.replace(name[at].lower(), "")
        if name[at].lower() in vowels
        else "bdfhjklmnprst".replace(name[at].lower(), "")
    )
    changed = name[:at] + random.choice(letters) + name[at + 1 :]
    return changed.capitalize()


def other_spellings() -> dict[str, list[str]]:
    """Other ways in which one word of a passport is written by hand."""
    found = {
        row[0]: list(row[2:])
        for table in (ARABIC_M, ARABIC_F, ARABIC_FAMILY, RUSSIAN_M, RUSSIAN_FAMILY)
        for row in table
    }
    for row in words(
        "Muhammad/Mohd/Mohamad/Md/Mohammad Mohd/Muhammad/Md/Mohamed Yusof/Yusoff/Yusuf Hassan/Hasan Osman/Othman/Usman "
        "Nur/Nor/Noor Siti/St Fatimah/Fatima Aisyah/Aishah Khadijah/Kadijah Zainab/Zaynab Rashid/Rasyid Omar/Umar Ismail/Ismael "
        "Suharto/Soeharto Sukarno/Soekarno Subramaniam/Subramanian Krishnan/Krisnan Lakshmi/Letchumi Sutrisno/Soetrisno "
        "Catherine/Katherine Philip/Phillip Stephen/Steven Katharina/Catharina Mueller/Muller Elizabeth/Elisabeth Sophie/Sofie"
    ):
        name, *others = row.split("/")
        found[name] = others
    return found
