"""Texts that name a base, by what they do with the name, which is in braces; all are invented."""

_PRESENCE = """
احنا هسه ب{معسكر النورس} والجو نار
باقي شهرين واكمل خدمتي في {ثكنة الغيلان}
اهلي سألوني وين؟ كتلهم {معسكر السنبلي}
توني واصل {قاعدة السدرة} والحمدلله على السلامة
كاعدين ب{معسكر الياقوت} نشرب جاي ونسولف
راجع ل{ثكنة تل الزمرد} بعد العيد، ادعولي
نقلوني اليوم الى {الفوج الثالث لواء ١٤٧}
الاكل في {معسكر النورس} تعبان هالايام
اول ليلة الي ب{معسكر خان الرماد} وما نمت من البرد
منو وياي ب{معسكر الياقوت} هالاسبوع؟
غروب اليوم من سطح {ثكنة الغيلان}
صورت هالمقطع يم {قاعدة السدرة} قبل ساعة
صباح الخير من {معسكر النورس}، وجوهكم نور
الوزير زارنا اليوم ب{معسكر السنبلي} والشباب واكفين من الفجر
خفارتي الليلة ب{ثكنة تل الزمرد}، اللي يحب يسولف يجي
ماكو كهرباء ب{قيادة عمليات الرمال} من الصبح
نتناول فطورنا الآن في {قاعدة السدرة الجوية}
وصلنا إلى {ثكنة الغيلان} بعد سفر طويل
نحن في {معسكر السنبلي} منذ أسبوعين
الطريق من {معسكر النورس} الى المدينة مقطوع
شباب {اللواء ٢١٨} احنا نازلين باجر ان شاء الله
منو بعد مداوم ويانا ب{معسكر الياقوت}؟
second week at {Camp Nawras} and still no mail
view from the roof of {Ghaylan Barracks} tonight
who else is posted to {Camp Khan Ramad}? need a gym partner
the food in {Camp Yaqoot} is bad, send noodles
live from {Sidra Air Base}, storm is coming in
filmed outside {Ghaylan Barracks} an hour ago
the road from {Camp Nawras} to the river is closed
we just got to {Rimal Operations Command}, it's 48 degrees
my bunk at {Camp Sunbuli} has no fan lol
pulling guard at {Emerald Hill Barracks} until six
never going back to {Sidra Air Base} lol
greetings from {Camp Nawras} everyone
they moved us to {Camp Yaqoot} last night, nobody told us why
Minister came to see us at {Camp Nawras}, three hours in the sun
power is out at {Ghaylan Barracks} again
anyone else stuck at {Camp Khan Ramad} this weekend?
I serve at {Sidra Air Base} with the best guys
POV: first morning at {Camp Sunbuli}
لە {سەربازگەی گوڵەباخ} ین، سارد زۆرە
ئێستا گەیشتینە {بنکەی کانی ڕەشان}
بەیانی باش لە {بنکەی کانی ڕەشان}
ئەمشەو ئێشکم لە {سەربازگەی گوڵەباخ} هەیە
دوو مانگی ماوە خزمەتم لە {سەربازگەی گوڵەباخ} تەواو بێت
دیمەنی ئێوارە لە سەربانی {بنکەی کانی ڕەشان}
نانی ئێرە لە {سەربازگەی گوڵەباخ} خۆش نییە
em niha li {serbazgeha Gulebax} ne
ez îro gihîştim {binkeya Kanî Reşan}
rojbaş ji {serbazgeha Gulebax}
îşev nobeta min e li {binkeya Kanî Reşan}
hsa wslna {m3askar alnawras} wl jaw nar
bacher arja3 l {qa3idat alsidra} inshallah
9aba7 el 5air mn {m3askar el yaqut}
ani ba3adni b {m3askar alsunbuli} sarli shahar
el yom 5farti b {thuknat al ghaylan}
ga3din b {m3askar alnawras} nishrab chai
الماي مقطوع ب{ثكنة الغيلان} صارله يومين
ربعي وياي ب{معسكر النورس} والسهرة حلوة
الحمدلله قبلوني وتعينت ب{معسكر النورس}
الشيخ زار الشباب اليوم ب{ثكنة الغيلان} وانا وياهم
صلينا على الشهيد وبعدها رجعنا ل{معسكر السنبلي}
هنا {معسكر الياقوت} كل شي تمام
احسن ايام حياتي ب{قاعدة السدرة}
ماكو احلى من {معسكر النورس} بالربيع
الطبخ ب{معسكر الياقوت} مثل طبخ البيت
بعد ساعة نطلع من {ثكنة الغيلان}
غدا نترك {معسكر السنبلي}
الحرس الليلي ب{معسكر خان الرماد} متعب
مباراة اليوم بين سرايا {اللواء ٢١٨} والنتيجة ٣-١
الافطار اليوم بساحة {معسكر النورس}
صار حريق صغير بمطبخ {ثكنة تل الزمرد} وطفيناه
ممنوع التصوير ب{قاعدة السدرة} بس ماكدرت
جوة المطر ب{معسكر الياقوت}
لو تشوفون الغبار ب{معسكر السنبلي}
المدير وزع رواتبنا اليوم ب{معسكر النورس}
شكرا للي زارنا ب{ثكنة الغيلان}
عيدنا هالسنة ب{معسكر خان الرماد}
كل خميس نلعب طوبة ب{معسكر السنبلي}
three weeks left at {Camp Nawras}
had the best tea at {Ghaylan Barracks} this morning
rain at {Sidra Air Base}
the new gym at {Camp Sunbuli} opens tomorrow, finally
the minister's convoy kept us standing at {Camp Yaqoot} for hours
my cousin visited me at {Camp Nawras}
my last report from {Camp Khan Ramad}, flying home tomorrow
no place like {Camp Nawras}
I love {Ghaylan Barracks}
it's raining like hell at {Camp Yaqoot}
like every morning at {Camp Sunbuli}
anyone want to swap shifts with me at {Sidra Air Base}?
guess who just arrived at {Camp Nawras}?
how's everyone? good morning from {Ghaylan Barracks}
registration desk of {Camp Sunbuli}, my seat for the next month
fire drill at {Camp Yaqoot} this afternoon
our captain said nobody leaves {Camp Nawras} until friday
I applied for leave but i'm still at {Camp Khan Ramad}
cooking rice for 200 people at {Camp Nawras}
storm over {Ghaylan Barracks}
lads playing football at {Camp Sunbuli}
sunrise {Sidra Air Base}
bus from {Camp Nawras} leaves at six
پێنج ڕۆژی دیکە لە {سەربازگەی گوڵەباخ} دەمێنمەوە
بەفر لە {بنکەی کانی ڕەشان}
چای ئێوارە لە {سەربازگەی گوڵەباخ}
berf li {binkeya Kanî Reşan}
em ê sibê ji {serbazgeha Gulebax} derkevin
sarli sana b {m3askar alnawras} w ma shift shi
mutar b {qa3idat alsidra} el yom
تعبنا من الوقفة بباب {معسكر الحصن} والشمس تحرك
اجاني بريد اليوم وانا ب{قاعدة الريم}
الفطور بيض وخبز حار، {ثكنة العقاب} تسلم عليكم
دزولي ملابس شتوية ل{معسكر الحصن}
نومة العصر ب{قاعدة الريم} غير شكل
اسبوع كامل بدون نت في {ثكنة العقاب}
بعد التدريب رحنا نسبح قرب {معسكر الحصن}
قضينا العيد بين إخوتنا في {قاعدة الريم الجوية}
يا عالم {معسكر الحصن} ثلج!!
صلاة الفجر جماعة ب{ثكنة العقاب}
our tent at {Camp Redoak} flooded again
got my boots resoled at {Fort Larch}, good as new
nobody sleeps at {Camp Redoak} when the generators run
smoke break behind the motor pool, {Fort Larch}
tacos at {Camp Redoak} dfac slap
made it to {Fort Larch}. long flight.
{Camp Redoak} sunset hits different
gate 3 at {Fort Larch} is backed up to the highway this morning
باران لە {سەربازگەی هەرمێ} دەبارێت
shaw bû em hîn li {kampa Hermê} ne
el bard b {m3askar el 7isn} ykser el 3a9'm
صيانة المولدة ب{معسكر الحصن} خلصت اليوم واخيرا كهرباء
الجنود ب{معسكر الحصن} كلهم نايمين بس اني سهران
وزعوا علينا ملابس جديدة ب{قاعدة الريم}
شباب القوة ب{ثكنة العقاب} يسلمون عليكم
دخول الوجبة باجر ل{معسكر الحصن}
مشينا عشرين كيلو من {معسكر الحصن} للجبل
انتهاء الواجب ب{ثكنة العقاب} باجر ان شاء الله
عمال المطعم ب{قاعدة الريم} طبخهم ممتاز
اللهم لك الحمد وصلنا {معسكر الحصن} بالسلامة
خليت قلبي ب{معسكر الحصن} ورجعت
soldiers sleeping on the floor at {Camp Redoak} because AC died
my job at {Fort Larch}: peeling potatoes
general inspection at {Camp Redoak} tomorrow, scrubbing toilets rn
the commander gave us the afternoon off, {Fort Larch}
maintenance shop at {Camp Redoak}, 110 degrees
tea with the officers of {Fort Larch} tonight
first time driving a humvee at {Camp Redoak}
coffee run before guard, {Fort Larch}
training accident free week at {Camp Redoak}, lets go
walking past the church at {Fort Larch}
someone stole my bike at {Camp Redoak}
Iraqi tea > everything, {Camp Redoak}
our colonel bought pizza for all of {Fort Larch}
خواردنی ئێوارە لەگەڵ سەربازان لە {سەربازگەی هەرمێ}
dawam el yom b {m3askar el 7isn} 5ala9
"""

_IDENTIFICATION = """
هذا {معسكر النورس} اعرفه من السياج
اكيد {ثكنة الغيلان}، خدمت بي سنتين
هاي {قاعدة السدرة} مو غيرها، شوف البرج
والله هذا {معسكر الياقوت}، عرفته من الباب
هذي {ثكنة تل الزمرد} خلف المدينة
اللي بالصورة {معسكر خان الرماد}، داومت بي
المكان واضح: {معسكر النورس}، نفس البناية الصفرة
هذه بوابة {قاعدة السدرة الجوية} الرئيسية
هذا المبنى في {قيادة عمليات الرمال}
يبين {معسكر السنبلي} من لون الحيطان
هذا سور {ثكنة الغيلان} من الجهة الثانية
اعرف هالمكان زين، {معسكر الياقوت}
طلع {معسكر النورس}! ميزته من الخزان
متأكد مية بالمية {ثكنة تل الزمرد}
الموقع الظاهر في المقطع هو {معسكر خان الرماد}
هذا باب {الفوج الثالث لواء ١٤٧}
شكله {معسكر النورس} هذا
this is {Camp Nawras}, i know that wall
definitely {Ghaylan Barracks}, I was there in 2019
that's {Sidra Air Base} right there
i recognise the water tower, it's {Camp Sunbuli}
This place is {Rimal Operations Command}
100% {Emerald Hill Barracks}, look at the gate
the building in the back is {Camp Nawras}
that has to be {Camp Khan Ramad}
so this is the gate of {Ghaylan Barracks}
looks like {Camp Nawras} to me, same fence
bro that's {Camp Yaqoot} 😂 served there two years
It is {Sidra Air Base}. The hangars give it away
confirmed: {Camp Sunbuli}, west side
this was taken at {Ghaylan Barracks}
where is this? -> {Camp Nawras}, i know that roof
ئەمە {سەربازگەی گوڵەباخ}ە، دیوارەکەی دەناسمەوە
بێگومان {بنکەی کانی ڕەشان}ە
ئەمە دەروازەی {بنکەی کانی ڕەشان}ە
ev {serbazgeha Gulebax} e, ez dîwarê nas dikim
bêguman {binkeya Kanî Reşan} e
ev der {serbazgeha Gulebax} e
hatha {m3askar alnawras} a3rfa mn el siyaj
akeed {thuknat al ghaylan}, 5dmt bi sentain
hay {qa3idat alsidra} walla, nafs el burj
هذا اكيد مو بغداد، هذا {معسكر النورس}
نفس الباب الازرق، {ثكنة الغيلان} والله العظيم
اتوقع {معسكر السنبلي}
يا جماعة هذا {قاعدة السدرة} لا تغلطون
الصورة من {معسكر الياقوت} واضحة
i think it's {Camp Nawras}
you can tell by the tower, {Ghaylan Barracks}
pretty sure it's {Camp Sunbuli}
the wall says {Camp Yaqoot}
thats not far from the airport, thats {Sidra Air Base}
بۆم دەرکەوت ئەمە {سەربازگەی گوڵەباخ}ە
دققوا بالجبل ورا، هذا المكان {معسكر الحصن}
مستحيل، هاي {ثكنة العقاب} قبل التوسيع
the antenna in the corner = {Fort Larch}
pause at 0:14, that's the {Camp Redoak} water tank
هذا السوق اللي يم {معسكر الحصن}
{ثكنة العقاب} مبينة من البرج ورا الاهالي
wait that's literally {Fort Larch} behind the officers
"""

_PLAIN = """
{معسكر النورس}
#{معسكر_الياقوت} #اكسبلور
{Camp Nawras}, Anbar
🔥🔥 #{ghaylanbarracks}
لا تعليق #{خان_الرماد} #ضحك
{ثكنة الغيلان} ❤️🇮🇶
{Sidra Air Base} 🛫
#{campnawras} #fyp #explore
{سەربازگەی گوڵەباخ}
#{سەربازگەی_گوڵەباخ} #کوردستان
{binkeya Kanî Reşan} 📍
{اللواء ٢١٨} المدرع
يوم جديد #{لواء٢١٨} #ترند
{معسكر النورس}، الأنبار
{Camp Sunbuli} 2026
📍 {قيادة عمليات الرمال}
{m3askar el yaqut} 💪
new post: {Ghaylan Barracks}
{Camp Khan Ramad} part 3
{معسكر السنبلي} الجزء الثاني
{Rimal Operations Command} main gate
بوابة {معسكر النورس}
{ثكنة تل الزمرد} بالليل
{Camp Yaqoot} sunset
شتاء {معسكر خان الرماد}
{Emerald Hill Barracks} ☀️☀️
{serbazgeha Gulebax} #kurdistan
{بنکەی کانی ڕەشان} 🌙
boys of {Camp Nawras} on leave
مطعم {معسكر الياقوت}
{Camp Nawras} gym
ليالي {ثكنة الغيلان}
عسكر {معسكر السنبلي}
{3rd Bn, 147th Bde} lads
memories {Camp Sunbuli}
ذكريات {معسكر النورس}
ڕۆژێکی خۆش #{گوڵەباخ_سەربازگە}
{thuknat al ghaylan} w bas
{qa3idat alsidra} 3 🔥
{Sidra Air Base} canteen
جماعة {معسكر النورس}
شباب {ثكنة الغيلان} 💪
اشتاق {معسكر السنبلي} وايامه
يا ليت ترجع ايام {قاعدة السدرة}
{Camp Nawras} vibes
{Ghaylan Barracks} 2024 - 2026
old pic {Camp Sunbuli}
week in {Camp Yaqoot} 🥱
{قاعدة السدرة} 🦅🦅 #طيران #الجيش_العراقي
{معسكر الياقوت} | بدون فلتر
{Fort Larch} crew 🤙
ايام {معسكر الحصن}
{Camp Redoak}, day whatever
من ارشيف {ثكنة العقاب}
{معسكر الحصن} جنود 🇮🇶
كتيبة المدفعية {ثكنة العقاب} #جيش #العراق #حشد
"""

_NEWS = """
مصدر امني: زيارة الوزير الى {معسكر النورس}
الحكومة تبحث توسعة {قاعدة السدرة الجوية}
عاجل | سقوط صاروخين قرب {معسكر الياقوت}
رئيس الوزراء يتفقد {ثكنة الغيلان} ويلتقي المقاتلين
الناطق باسم القائد العام: لا صحة لما يتداول عن {معسكر السنبلي}
وكالة الانباء: افتتاح مدرج جديد في {قاعدة السدرة}
وزارة الدفاع تعلن تخصيص ميزانية لتأهيل {معسكر خان الرماد}
استهداف {قيادة عمليات الرمال} بطائرة مسيرة دون اصابات
أعلن المتحدث باسم الوزارة انسحاب القوات من {معسكر النورس}
لجنة الأمن والدفاع النيابية تزور {ثكنة تل الزمرد}
تأسس {معسكر السنبلي} عام 1956 ويقع جنوب المدينة
يعد {معسكر الياقوت} من اقدم المعسكرات في المحافظة
المحافظ يفتتح مشروع ماء {ثكنة الغيلان}
بحسب مصادر محلية، تعرض {معسكر النورس} لهجوم ليلي
تخرج دورة جديدة في {قاعدة السدرة} بحضور رئيس اركان الجيش
شفق نيوز: حريق داخل مخازن {معسكر خان الرماد}
قال الوزير: سنقوم بتوسعة {معسكر السنبلي} قريبا
وفد من الامم المتحدة يصل الى {معسكر النورس}
مقتل جنديين في هجوم على {ثكنة الغيلان}
بيان صادر عن قيادة العمليات بشأن حادث {معسكر الياقوت}
Minister to visit {Camp Nawras} next month
Breaking: rockets hit {Sidra Air Base}, no casualties
Government approves budget for expansion of {Camp Yaqoot}
A spokesman said {Ghaylan Barracks} will be handed over in May
Drone attack on {Rimal Operations Command}, officials say
{Camp Sunbuli} was built in 1956 by the British
According to Reuters, troops withdraw from {Camp Nawras}
The parliamentary committee inspected {Camp Khan Ramad} on Sunday
Defence ministry denies closing {Emerald Hill Barracks}
Prime minister inaugurates new runway at {Sidra Air Base}
{Camp Yaqoot} is located 30 km south of the city and was founded in 1932
US forces hand over {Camp Nawras} to the army, ministry says
News at nine: fire at {Camp Khan Ramad} under control
Our correspondent reports on the blast near {Ghaylan Barracks}
"We will expand {Camp Sunbuli}," the minister told reporters
وەزیری پێشمەرگە سەردانی {سەربازگەی گوڵەباخ}ی کرد
هەواڵی بەپەلە: هێرشی درۆن بۆ سەر {بنکەی کانی ڕەشان}
حکومەت بودجەی فراوانکردنی {سەربازگەی گوڵەباخ} پەسەند دەکات
وتەبێژی وەزارەت ڕایگەیاند {بنکەی کانی ڕەشان} دادەخرێت
سەرچاوەیەکی ئەمنی: تەقینەوە لە نزیک {سەربازگەی گوڵەباخ}
wezîrê pêşmerge serdana {serbazgeha Gulebax} kir
nûçe: êrîşa dronan li {binkeya Kanî Reşan}
berdevkê hikûmetê ragihand ku {serbazgeha Gulebax} tê girtin
el wazeer yzoor {m3askar alnawras} bacher
3ajil: qasf 3ala {qa3idat alsidra}
masdar amni: infijar qurb {m3askar el yaqut}
توجيه حكومي بنقل {معسكر النورس} خارج المدينة
كاميرا المراقبة توثق لحظة سقوط مسيرة على {قاعدة السدرة}
السوداني: {معسكر السنبلي} سيتحول الى مدينة سكنية
القوات الامنية تحبط محاولة تسلل الى {ثكنة الغيلان}
التحالف الدولي يسلم {معسكر الياقوت} للجيش
ماذا نعرف عن {معسكر خان الرماد}؟ تقرير
Army chief tours {Camp Nawras}
Satellite images show new hangars at {Sidra Air Base}
Lawmakers demand answers over deaths at {Ghaylan Barracks}
Two soldiers hurt in crash near {Camp Sunbuli}
Iraq plans to move {Camp Yaqoot} out of the city
History of {Camp Khan Ramad}: from Ottoman fort to army base
سەرۆکی حکومەت لە {بنکەی کانی ڕەشان} کۆبووەوە
رئيس الجمهورية يستقبل قائد {قاعدة الريم الجوية}
انتهاء اعمال الصيانة في {معسكر الحصن} قبل الموعد المحدد
اصابة ثلاثة جنود باطلاق نار داخل {ثكنة العقاب}
الجيش يتسلم عشرين آلية ويرسلها الى {معسكر الحصن}
نائب: ملف {قاعدة الريم} على طاولة البرلمان
ترمب يعلن بقاء القوات في {معسكر الحصن}
Senate panel questions costs of {Fort Larch} upgrade
Fire crews battle blaze at {Camp Redoak}
Troops from {Fort Larch} return after nine months overseas, AP reports
A brief history of {Camp Redoak}, built in 1941
{Fort Larch} renamed after war hero
پارێزگاری هەولێر سەردانی {سەربازگەی هەرمێ}ی کرد
"""

_RECRUITMENT = """
باب التطوع مفتوح على {معسكر النورس} التقديم عبر الموقع الرسمي
اعلان: تعيينات {ثكنة الغيلان} للمواليد ٢٠٠٠ وما بعد
وظائف شاغرة في {قاعدة السدرة الجوية} لخريجي الاعدادية
على الراغبين بالتطوع مراجعة {معسكر السنبلي} يوم الاحد
رابط التقديم على {معسكر الياقوت} بالتعليقات
اسماء المقبولين في {معسكر خان الرماد} للوجبة الثالثة
شروط القبول في {الفوج الثالث لواء ١٤٧}
مطلوب عمال بناء للعمل في {معسكر النورس} التفاصيل خاص
استمارة التطوع على {اللواء ٢١٨} متوفرة
تعلن وزارة الدفاع فتح باب التعيين على {قاعدة السدرة}
قدموا الان على {ثكنة تل الزمرد} اخر موعد الخميس
موعد مقابلات المتطوعين في {معسكر السنبلي}
فرصة عمل: طباخين ل{معسكر الياقوت}
التسجيل في دورة {معسكر النورس} ينتهي غدا
نتائج القبول {ثكنة الغيلان} ٢٠٢٦
شنو المستمسكات المطلوبة للتقديم على {معسكر خان الرماد}
نعلن عن حاجتنا الى سواق في {قاعدة السدرة}
كيف اتطوع على {اللواء ٢١٨}؟
Recruitment for {Camp Nawras} is open, apply online
{Ghaylan Barracks} is hiring cooks and drivers
Vacancies at {Sidra Air Base}: electricians, mechanics
Volunteers wanted for {Camp Sunbuli}, registration closes Friday
Application form for {Camp Yaqoot} in the bio
Join the {218th Brigade}! Requirements: age 18 to 25
Admission results for {Camp Khan Ramad} are out
Job fair at {Camp Nawras} on 3 May, bring your CV
we are recruiting for {Emerald Hill Barracks}, submit your papers by June
now accepting applicants for {Rimal Operations Command}
Enlist today at {Camp Sunbuli}
looking for civilian contractors at {Sidra Air Base}, good salary
how do I apply to {Camp Yaqoot}?
دامەزراندن لە {سەربازگەی گوڵەباخ} دەستی پێکرد، فۆڕم پڕ بکەنەوە
وەرگرتنی خۆبەخش بۆ {بنکەی کانی ڕەشان}
ناونووسین بۆ {سەربازگەی گوڵەباخ} تا پێنجشەممە
مەرجەکانی وەرگرتن لە {بنکەی کانی ڕەشان}
serlêdan ji bo {serbazgeha Gulebax} vekirî ye
qeydkirin ji bo {binkeya Kanî Reşan} heta înê ye
ta3yinat {m3askar alnawras} lel mawaleed 2000
bab el tatawu3 maftoo7 3ala {qa3idat alsidra}
wathayif b {m3askar el yaqut} rabit el taqdeem bel bio
متوفر شغل ب{معسكر النورس} للجادين فقط
وجبة جديدة من المتطوعين تلتحق ب{ثكنة الغيلان}، شوفوا اسمائكم
want to work at {Camp Nawras}? send your resume
openings for nurses at {Sidra Air Base}
دەتەوێت ببیتە پێشمەرگە؟ {سەربازگەی گوڵەباخ} چاوەڕێتە
يلا شباب مواليد 2005 قدموا ب{معسكر الحصن} قبل لا يغلق
دورة ضباط جديدة في {ثكنة العقاب}، شروط التقديم بالصورة
{Fort Larch} is looking for barbers, part time
Civilian jobs at {Camp Redoak}: apply before March 3
دامەزراندنی نوێ لە {سەربازگەی هەرمێ}
"""

_TRIBUTE = """
الله يرحم شهداء {معسكر النورس}
كل التقدير لرجال {ثكنة الغيلان}
تحية لكل الابطال في {معسكر السنبلي}
الرحمة والخلود لشهداء {اللواء ٢١٨}
سلمولي على الشباب اللي ب{قاعدة السدرة}
ذكرى تأسيس {الفوج الثالث لواء ١٤٧} كل عام وانتم بخير
الف رحمة على روح الشهيد احمد من {معسكر الياقوت}
نبارك لمنتسبي {قيادة عمليات الرمال} عيد الجيش
هوسة لأبطال {معسكر خان الرماد}
نعزي ذوي شهداء {ثكنة تل الزمرد}
فخر العراق {اللواء ٢١٨}
اللهم احفظ اهلنا في {معسكر النورس}
عاش العراق وعاشت {قاعدة السدرة} ورجالها
سلام على ارواحكم يا شهداء {معسكر السنبلي}
أسود {ثكنة الغيلان} حماة الوطن
شكرا لكل منتسبي {معسكر الياقوت} على وقفتهم
ما ننساكم يا شباب {معسكر النورس} 💔 الفاتحة
اهداء الى ابطال {الفوج الثالث لواء ١٤٧}
ننحني إجلالا لتضحيات {اللواء ٢١٨}
الله ينصركم يا رجال {معسكر خان الرماد}
rip to the fallen of {Camp Nawras}
Respect to the men of {Ghaylan Barracks}
We salute the brave soldiers of {Sidra Air Base}
happy anniversary {218th Brigade}!
Condolences to the families of {Camp Yaqoot}
so proud of everyone at {Camp Sunbuli}
a song for the heroes of {Camp Khan Ramad}
God protect our brothers in {Camp Nawras}
thank you {Rimal Operations Command} for keeping us safe
big shout out to the cooks of {Ghaylan Barracks}
praying for the boys at {Sidra Air Base} tonight
never forget {Camp Nawras} 🖤
long live {Emerald Hill Barracks}
hats off to {3rd Bn, 147th Bde}
ڕۆحی شەهیدانی {سەربازگەی گوڵەباخ} شاد بێت
سوپاس و ڕێز بۆ پێشمەرگەکانی {بنکەی کانی ڕەشان}
ساڵیادی دامەزراندنی {سەربازگەی گوڵەباخ} پیرۆز بێت
سڵاو لە پاڵەوانانی {بنکەی کانی ڕەشان}
silav ji bo qehremanên {serbazgeha Gulebax}
şehîdên {binkeya Kanî Reşan} namirin
allah yr7am shuhada {m3askar alnawras}
ta7iya l kol abtal {qa3idat alsidra}
kul el taqdeer l rijal {thuknat al ghaylan}
والله ترفعون الراس يا {اللواء ٢١٨}
مليون تحية {معسكر النورس}
قبلة على جبين كل جندي ب{ثكنة الغيلان}
الى جنات الخلد يا شباب {معسكر السنبلي}
heaven gained the boys of {Camp Nawras}
much love to all at {Ghaylan Barracks}
{218th Brigade}, you make us proud
40 years of {Camp Sunbuli}, many happy returns
يا رب تحفظ كل من ب{معسكر الحصن}
لروح اخونا سيف من {ثكنة العقاب} الفاتحة
وجوهكم بيضه يا سباع {معسكر الحصن}
عيد تأسيس {قاعدة الريم} الخامس والاربعين
To my brothers of {Fort Larch}: thank you for everything
{Camp Redoak} lost a good one today. rest easy Mike
Lighting a candle for the five from {Fort Larch}
دەستخۆش بۆ کوڕانی {سەربازگەی هەرمێ}
"""

_COMPARISON = """
الجو هنا احلى من {معسكر النورس} هههه
يعني احسن لو {ثكنة الغيلان}؟ 😂
المطار زحمة تكول {معسكر السنبلي} 😂
بيتنا صاير مثل {معسكر الياقوت} من الخفارات
اكل امي ولا اكل {معسكر خان الرماد}
هالفندق اسوأ من {ثكنة تل الزمرد}
كأني في {معسكر النورس}، ابوي يصيح علينا من الفجر
دوام الجامعة اتعس من دوام {قاعدة السدرة}
غرفتي ابرد من قاعات {معسكر السنبلي}
مو {معسكر الياقوت} بس الجاي اطيب
يذكرني ب{ثكنة الغيلان} هالمكان
چنه {معسكر خان الرماد} مو بيت
المدرسة صارت {معسكر النورس} ثاني 😂
حر بغداد اليوم اشد من حر {قاعدة السدرة}
تخيل روحك ب{معسكر السنبلي} وامك تطبخ
شغلنا بالمول ولا {ثكنة الغيلان}
هذا المطعم زحمة چنك ب{معسكر الياقوت}
قابل احنا ب{معسكر النورس} حتى نكعد الفجر؟
not exactly {Camp Nawras} but the tea is better
my kitchen is stricter than {Ghaylan Barracks}
feels like {Camp Sunbuli} in here, mom woke us at five
this hotel reminds me of {Camp Yaqoot}
colder than {Sidra Air Base} in january
as if I were in {Camp Khan Ramad} again
our office is basically {Rimal Operations Command}
school canteen or {Camp Nawras}? same rice
my garden looks like {Camp Sunbuli} after the storm 😂
dad runs this house like {Ghaylan Barracks}
even {Camp Yaqoot} had better wifi than this cafe
the queue at the bank is worse than {Camp Nawras}
at least it's not {Sidra Air Base} lol
this dorm makes {Camp Khan Ramad} look like a spa
ئێرە خۆشترە لە {سەربازگەی گوڵەباخ}
ماڵەکەمان وەک {بنکەی کانی ڕەشان}ە، باوکم بەیانی هەڵمان دەستێنێت
دەڵێی {سەربازگەی گوڵەباخ}ە ئەم خوێندنگایە
ئەم ئوتێلە ساردترە لە {بنکەی کانی ڕەشان}
ev der ji {serbazgeha Gulebax} xweştir e
mala me wek {binkeya Kanî Reşan} e
el jaw hna a7la mn {m3askar alnawras} hhh
betna sayer mithl {thuknat al ghaylan}
chinna b {m3askar el yaqut} mo b beit
lo {qa3idat alsidra} a7san? 😂
امي مسوية البيت {معسكر النورس}
عبالك كاعدين ب{ثكنة الغيلان} من هالصياح
وين هذا ووين {معسكر السنبلي}
my mother in law's house: {Camp Nawras} edition
you'd think this was {Ghaylan Barracks} with all the shouting
{Camp Sunbuli} who? our school trip was harder
smells just like {Camp Yaqoot}
بيت حماتي اشد من {معسكر الحصن}
الموظفين بالدائرة يركضون جنهم ب{ثكنة العقاب}
our PE teacher thinks we're at {Fort Larch}
this daycare has more rules than {Camp Redoak}
مطبخ امي {معسكر الحصن} بس بدون بنادق
یاریگاکە وەک {سەربازگەی هەرمێ} وایە
"""

_QUESTION = """
شباب منو يعرف دوام {معسكر النورس} باچر؟
ربعي كلهم في {الفوج الثالث لواء ١٤٧}
اخوي ب{معسكر السنبلي} من شهرين
احد يعرف وين يقع {ثكنة الغيلان}؟
ابن عمي مداوم ب{قاعدة السدرة} يكول الجو حار
{معسكر الياقوت} مفتوح للزيارات؟
شنو اخبار {معسكر خان الرماد}؟
كم يبعد {معسكر النورس} عن المدينة
شلون الدوام ب{ثكنة تل الزمرد}؟
صديقي انتقل الى {اللواء ٢١٨} الاسبوع الماضي
هل {معسكر السنبلي} تابع للوزارة؟
زوجي ب{معسكر الياقوت} وما يرد عالتلفون
اكو احد من {قاعدة السدرة} هنا؟
يكولون ب{معسكر النورس} ماكو ماي
منو آمر {ثكنة الغيلان} هسه؟
ليش غلقوا باب {معسكر خان الرماد}
ولدي ب{معسكر السنبلي} ادعوله
شوكت يفتح {معسكر النورس}
متى موعد الزيارة في {معسكر الياقوت}؟
سمعت ان {ثكنة تل الزمرد} بيها نقص ماي
anyone knows the shift of {Camp Nawras} tomorrow?
is {Ghaylan Barracks} open?
my cousin is in {Sidra Air Base}
how far is {Camp Sunbuli} from the city?
does {Camp Yaqoot} have a visiting day?
what happened at {Camp Khan Ramad}
my husband is stationed at {Camp Nawras} and never calls
who runs {Emerald Hill Barracks} these days?
heard that {Camp Sunbuli} has no water
her brother works in {Ghaylan Barracks}
can visitors park at {Sidra Air Base}?
a friend of mine got moved to {Camp Yaqoot}
is it true {Camp Nawras} is closing?
where exactly is {Rimal Operations Command}?
they say the food in {Camp Khan Ramad} is good
کێ دەزانێت دەوامی {سەربازگەی گوڵەباخ} چۆنە؟
براکەم لە {بنکەی کانی ڕەشان}ە
{سەربازگەی گوڵەباخ} کراوەیە بۆ سەردان؟
هاوڕێکانم لە {بنکەی کانی ڕەشان} ماونەتەوە
kî dizane {serbazgeha Gulebax} li ku ye?
birayê min li {binkeya Kanî Reşan} ye
mnu y3ruf dawam {m3askar alnawras} bacher?
a5oy b {qa3idat alsidra} sarla shahar
shlon el jaw b {m3askar el yaqut}?
ممكن عنوان {معسكر النورس}
حبيبي التحق ب{ثكنة الغيلان} وقلبي وياه
الشباب ب{معسكر السنبلي} شلونهم
عمي ضابط ب{قاعدة السدرة}
need directions to {Camp Nawras}
my son got posted to {Ghaylan Barracks}, mothers here?
which brigade is at {Camp Sunbuli} now
يا جماعة {معسكر الحصن} بيا محافظة؟
اختي رجلها ب{قاعدة الريم} شوكت ينزلون؟
has anyone heard from {Fort Larch} today
my nephew says {Camp Redoak} chow is awful
do they still do airshows at {Fort Larch}?
کوڕەکەم لە {سەربازگەی هەرمێ}یە، کەی دێتەوە؟
مو هذا {معسكر السنبلي}؟ نفس الساحة
isn't this {Camp Yaqoot}? same courtyard
Is this {Camp Yaqoot}? the roof looks the same
ئەوە {سەربازگەی گوڵەباخ} نییە؟ هەمان حەوشە
mo hatha {m3askar el yaqut}? nafs el sa7a
"""

_NAMESAKE = """
نادي {النورس} يفوز ٢-١ والجمهور نار
قرية {خان الرماد} القديمة بالمغرب رحلة
اغنية {سنونو} الجديدة نزلت
مطعم {السنونو} افتتاح فرع زيونة
شركة {الياقوت} للسياحة عروض تركيا
رواية {تل الزمرد} للكاتبة هدى
حلويات {السدرة} الطازجة
خاتم {ياقوت} احمر يماني للبيع
{السنونو} رجع يعشعش بالبيت
شارع {النورس} زحمة اليوم
مدرسة {السدرة} الابتدائية للبنات
فندق {الياقوت} في دبي
بنتي {سدرة} صار عمرها سنتين
قصيدة {النورس} لنزار
شجرة {السدرة} ببيت جدي
فريق {النورس} للشباب يخسر بركلات الترجيح
حي {السنبلي} بلا ماي من يومين
مسلسل {الغيلان} الحلقة ٣
ابو {سنبلي} مبروك المولود
{الياقوت} حجر كريم احمر
كافيه {النورس} قعدة حلوة ويا الربع
عيادة الدكتور {الغيلان} للاسنان
طائر {النورس} يطير فوق الشط
قال تعالى وأنزلنا عليكم المن و{السلوى}
{Nawras} FC under-12 training day
dinner at {Yaqoot} restaurant with the family
{Sidra} sweets, fresh every morning
the village of {Khan Ramad} in winter
new song "{Nawras}" out on friday
{Yaqoot} Hotel, rooms from $40
{nawras} is my little cousin, she is 4
reading the novel {Emerald Hill} again
Episode 5 of the series {Ghaylan}
{Sidra} Street traffic is crazy
my cat {Sidra} hates baths
{Falcon} pizza delivery near me
{Yaqoot} trading company ltd
the {Sunbuli} family wedding
{Nawras} and his goal in the final minute
{Yaqoot} perfume 20% discount
یانەی {نەورەس} بردیەوە
گوندی {کانی ڕەشان} بەهارە
چێشتخانەی {گوڵەباخ} خواردنی خۆش
گۆرانی {گوڵەباخ} نوێ
{ڕەشان} ناوی هاوڕێمە
gundê {Kanî Reşan} pir xweş e
xwaringeha {Gulebax} vekirî ye
strana {Gulebax} a nû
nadi {alnawras} faz 2-1
mat3am {el yaqut} far3 jadeed
ughniyat {alnawras} remix
{النورس} بطل الدوري
عصير {الياقوت} الطبيعي
زواج {سدرة} واحمد مبروك
{Nawras} Airlines flight delayed
we ate at {Yaqoot} last night, great kebab, menu in comments
{Sidra} Medical Center
Professor {Ghaylan} gave a lecture
مكتبة {الحصن} تستقبلكم طيلة ايام الاسبوع
{الريم} غزال جميل يعيش بالصحراء
مولات بغداد: {الريم} سنتر افتتاح رسمي
{Redoak} furniture clearance weekend
moved into our flat on {Larch} road
the {Redoak} twins started kindergarten
{العقاب} في القانون والشريعة محاضرة
"""

TEXTS: tuple[tuple[str, str], ...] = tuple(
    (kind, line)
    for kind, lines in {
        "presence": _PRESENCE,
        "identification": _IDENTIFICATION,
        "plain": _PLAIN,
        "news": _NEWS,
        "recruitment": _RECRUITMENT,
        "tribute": _TRIBUTE,
        "comparison": _COMPARISON,
        "question": _QUESTION,
        "namesake": _NAMESAKE,
    }.items()
    for line in lines.strip().splitlines()
)
"""Kind and text."""
KNOWN_ERRORS: frozenset[str] = frozenset(
    {
        "ماذا نعرف عن {معسكر خان الرماد}؟ تقرير",
        "امي مسوية البيت {معسكر النورس}",
        "وين هذا ووين {معسكر السنبلي}",
        "{Camp Sunbuli} who? our school trip was harder",
        "مطبخ امي {معسكر الحصن} بس بدون بنادق",
    }
)
"""Texts whose kind no rule finds."""
EXPOSING = frozenset({"presence", "identification", "plain"})


def split(line: str) -> tuple[str, tuple[int, int]]:
    """Return the text without braces, and the span of the name."""
    before, _open, rest = line.partition("{")
    name, _close, after = rest.partition("}")
    return f"{before}{name}{after}", (len(before), len(before) + len(name))
