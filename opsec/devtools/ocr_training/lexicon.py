"""Words of training lines: everyday, street and service words of Arabic, Sorani and English, all written for this.

No name of a base is among them. Boards have names that nobody listed, so many lines are made of pseudo-words
(``opsec.devtools.ocr_training.line_texts``).
"""

ARABIC = """
معسكر قاعدة ثكنة مقر قيادة فرقة لواء فوج سرية فصيل كتيبة بطرية سرب جناح مطار مدرج مستودع مخزن مشجب ميدان رمي تدريب
سيطرة نقطة تفتيش حاجز بوابة باب مدخل مخرج ساحة برج مراقبة حرس حراسة دورية خفر استعلامات ادارة مديرية شعبة قسم مكتب
وزارة الدفاع الداخلية الجيش القوات البرية الجوية البحرية الخاصة الحدود الشرطة الاتحادية النجدة المرور الدفاع المدني
المدرعات المدفعية المشاة الهندسة الاشارة الاستخبارات العمليات التموين النقل الطبابة العسكرية الآليات الصيانة الوقود
العتاد السلاح الذخيرة الدروع الصواريخ الطيران الاستطلاع الاقتحام الرد السريع مكافحة الارهاب الانضباط التجنيد الكلية
الأول الثاني الثالث الرابع الخامس السادس السابع الثامن التاسع العاشر الحادي عشر الثانية الثالثة الرابعة الخامسة عشرون
ثلاثون مئة ألف واحد اثنان ثلاثة أربعة خمسة ستة سبعة ثمانية تسعة عشرة شارع محلة زقاق دار عمارة طابق شقة حي منطقة ناحية
قضاء محافظة مدينة قرية جسر نفق طريق دوار تقاطع مرآب موقف سوق محل مخبز فرن مطعم مقهى كافتيريا صيدلية عيادة مستشفى
مستوصف مدرسة ثانوية ابتدائية متوسطة إعدادية جامعة كلية معهد روضة مسجد جامع حسينية كنيسة مكتبة متحف ملعب نادي مسبح
فندق مصرف بنك بريد محطة قطار حافلات كراج محكمة بلدية دائرة ماء كهرباء مجاري مولدة سد نهر بحيرة جبل وادي تل صحراء واحة
بستان نخيل زيتون رمان تفاح برتقال ليمون عنب تين تمر قمح شعير رز خبز لحم سمك دجاج بيض جبن لبن حليب عسل شاي قهوة سكر
ملح زيت بغداد البصرة الموصل أربيل كركوك النجف كربلاء الحلة الكوت العمارة الناصرية السماوة الديوانية بعقوبة الرمادي
الفلوجة تكريت سامراء دهوك السليمانية سنجار تلعفر القائم الرطبة حديثة هيت عمان دمشق بيروت القاهرة الرياض الكويت الدوحة
مسقط محمد احمد علي حسن حسين عباس جعفر كاظم مهدي صادق عمر عثمان خالد وليد سعد سعيد فهد ناصر ياسر ماجد رائد مؤيد لؤي
قصي عدي مصطفى مرتضى يحيى عيسى موسى ابراهيم اسماعيل يوسف يعقوب داود سليمان أيوب زكريا هاشم قاسم حيدر ضياء علاء بهاء
صلاح نور فاطمة زينب مريم خديجة عائشة سارة ليلى هدى نجلاء شيماء اسراء دعاء رؤى ضحى صفاء وفاء عبد الله الرحمن الكريم
الرزاق الشهيد البطل النقيب الملازم العقيد العميد اللواء الفريق المقدم الرائد العريف الجندي الضابط المقاتل القائد
الآمر صباح مساء الخير النور السلام عليكم مرحبا اهلا وسهلا شكرا عفوا تفضل نعم لا بلى ممكن لازم اكيد طبعا يلا حبيبي اخي
ابوي امي اليوم امس غدا الآن بعد قبل عند مع من الى على في عن حتى كل بعض غير مثل بين تحت فوق أمام خلف يمين يسار شمال
جنوب شرق غرب السبت الاحد الاثنين الثلاثاء الاربعاء الخميس الجمعة كانون شباط آذار نيسان ايار حزيران تموز آب ايلول
تشرين رمضان شوال ممنوع التصوير الدخول الخروج الوقوف التدخين الاقتراب خطر انتباه تنبيه احذر قف تمهل منطقة عسكرية ألغام
مغلق مفتوح عاجل للبيع للايجار خصم تنزيلات جديد قديم كبير صغير طويل قصير جميل حلو طيب قوي سريع بطيء أبيض أسود أحمر
أخضر أزرق أصفر بني هاتف رقم مبايل اتصل عنوان موقع تاريخ ساعة دقيقة يوم اسبوع شهر سنة سعر دينار درهم ريال ليرة دولار
كيلو متر غرام والله ياسلام شلونك شكو ماكو هسه باجر خوش زين هواية اكو وين شنو ليش منو هاي هذا ذاك احنا انتم هم هي هو
انا انت نحن أبناء الوطن العراق النصر الشرف الوفاء الأمانة التضحية الفداء الحرية العلم الراية المجد الخلود الرجال
الأبطال مركز مؤسسة شركة مصنع معمل ورشة ميكانيك كهربائيات حدادة نجارة خياطة حلاقة ملابس احذية اثاث مفروشات ستائر عطور
هدايا حاسبات انترنت طباعة استنساخ تصوير فوتوغرافي قرطاسية العاب اطفال مواد انشائية سيراميك اصباغ زجاج المنيوم سيارات
اطارات غسل تشحيم بنزين كاز غاز بطاريات قطع غيار تأجير سياحة سفر حجز تذاكر عمرة زيارة نقليات شحن توصيل طلبات سفري
وجبات مشويات كباب تكة دولمة برياني شاورما فلافل حمص فول بيتزا بركر عصير مرطبات ايس كريم حلويات كعك بقلاوة كنافة
معجنات صمون قائمقامية الهيئة اللجنة المجلس النواب الرئاسة الأمن الوطني المخابرات العامة الجوازات الجنسية الإقامة
الأحوال المدنية الإسعاف الفوري الطوارئ الاطفاء المياه الري الزراعة التربية التعليم العالي الصحة الثقافة الشباب
الرياضة الصناعة النفط التجارة المالية التخطيط البيئة الاسكان الاعمار الاتصالات العدل حقوق الإنسان المرأة الهجرة
السياحة الآثار الأوقاف ظرف ظل ظهر نظام نظارات عظيم حفظ ضوء ضيف أرض فضة عرض خضراوات غابة غرفة غدير صغار ثلج ثوب ثعلب
حديث ذهب ذكي لذيذ نافذة شيخ شمس عيش ريش طش طفل طاولة خيط بطل قطر قلم قمر فلق شفق كتاب كأس مالك سمك هلال هدف نهج وجه
جواد مجيد زوج برج خروج
"""

SORANI = """
سەربازگە بنکە پێشمەرگە لیوا گردان فەرماندەیی دەروازە بازگە پۆلیس ئاسایش هێز هێزی سوپا شەهید سەرۆک وەزارەت
بەڕێوەبەرایەتی شەقام کۆڵان گەڕەک شار گوند چیا ڕووبار پرد قوتابخانە زانکۆ نەخۆشخانە دەرمانخانە چێشتخانە نانەوا بازاڕ
کتێبخانە هەولێر سلێمانی دهۆک کەرکووک هەڵەبجە ڕانیە کۆیە ئاکرێ زاخۆ چەمچەماڵ قەڵادزێ کەلار خانەقین ڕەواندز سۆران
بەیانی ئێوارە شەو ڕۆژ هەفتە مانگ ساڵ ئەمڕۆ دوێنێ سبەی باش گەورە بچووک نوێ کۆن جوان خۆش سپی ڕەش سوور شین زەرد یەکەم
دووەم سێیەم چوارەم پێنجەم شەشەم حەوتەم هەشتەم نۆیەم دەیەم ژمارە تەلەفۆن ناونیشان خاوەن دوکان فرۆشتن کرێ گوڵ باخ ئاو
کانی بەرد دار گەنم نان چا قاوە شەکر مێوە هەنگوین پەنیر ماست گۆشت ماسی مریشک هێلکە ئازاد دلێر ڕێبوار هێمن شێرکۆ گۆران
کاوە پەروین شیرین نازدار ژیان هیوا ئاوات سۆزان ڕۆژان
"""

ENGLISH = """
camp base barracks headquarters command division brigade regiment battalion company platoon squadron battery wing
airfield airbase air runway depot store armoury range training checkpoint gate entrance exit tower guard patrol post
sector unit army navy force forces marine border police federal traffic civil defence defense armored armoured
infantry artillery engineer signal intelligence operations logistics transport medical military maintenance fuel
ammunition weapons missile reconnaissance special rapid response security no photography entry parking stop danger
warning restricted area keep out first second third fourth fifth sixth seventh eighth ninth tenth north south east
west central old new upper lower street road avenue lane house building block floor flat district town city village
bridge tunnel junction square market shop bakery restaurant cafe pharmacy clinic hospital school college university
mosque church library museum stadium club hotel bank post office station bus train court water power dam river lake
hill valley desert oasis garden palm olive morning evening night shift day one two three four five today tomorrow
yesterday weekend monday tuesday wednesday thursday friday saturday sunday january february march april june july
august september october november december hello welcome greetings from the and of with for our my your best friends
brothers boys team life love home tea coffee time just wait look this that here there where when who what why how
never always again back still only more miss you vibes mood view pov day in my life part story live video follow like
share link bio new post photo camera trip road sun rain snow wind sale open closed price phone call number address
hour minute week month year dollar dinar free delivery fast food burger pizza chicken fish rice bread sugar salt oil
milk honey juice water ice cream sweets gold silver red green blue yellow black white brown grey orange purple small
big long short good great happy strong quick eagle falcon lion tiger wolf shield sword spear arrow storm thunder iron
steel stone sand dust fire smoke moon star sky cloud mountain field forest Baghdad Basra Mosul Erbil Kirkuk Najaf
Karbala Amman Beirut Cairo Riyadh Kuwait Doha Muscat Iraq Jordan Lebanon Egypt Ali Hassan Omar Khalid Ahmed Mahmoud
Yusuf Ibrahim Karim Salim Nasser Jamal Fadi Zaid Qasim Hadi Amir Bilal Walid Laith
"""
