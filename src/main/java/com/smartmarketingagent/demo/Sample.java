package com.smartmarketingagent.demo;

import java.math.BigDecimal;
import java.time.LocalDate;
import java.time.MonthDay;
import java.time.chrono.HijrahChronology;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * 500 customers of a batik shop and about 6,000 sales over the two years before a day: the same for the same day. They
 * buy most before Lebaran, and are made so that every segment of the usual thresholds has somebody in it.
 */
final class Sample {

    static final int DAYS = 730;
    private static final long SEED = 20_02_10;

    /**
     * @param phone E.164 of a number whose subscriber part begins with 0000, as none that is given out does
     * @param email null for those who gave none
     * @param tags none, or one
     */
    record Customer(
            UUID id,
            String name,
            String phone,
            @Nullable String email,
            String address,
            String city,
            List<String> tags) {}

    record Product(String name, int quantity, BigDecimal price) {}

    /** @param amount rupiah; negative for goods brought back */
    record Sale(
            UUID id,
            UUID customerId,
            LocalDate transactionDate,
            BigDecimal amount,
            List<Product> products,
            @Nullable String notes,
            String externalId) {}

    /**
     * How a group of customers buys.
     *
     * @param latest days since the last purchase: from, to
     * @param purchases how many: from, to
     * @param prices which of the shop's goods, cheapest first: from, to
     * @param most how many different goods in one purchase
     * @param pause days without a purchase before the last one
     */
    private record Habit(
            int customers,
            int[] latest,
            int[] purchases,
            int[] prices,
            int most,
            @Nullable String tag,
            int pause) {}

    private static final List<Habit> HABITS = List.of(
            new Habit(55, of(0, 40), of(20, 48), of(0, 16), 2, "reseller", 0),
            // back after a pause: a month ago they were on their way out
            new Habit(45, of(0, 25), of(20, 48), of(0, 16), 2, "reseller", 65),
            new Habit(50, of(62, 88), of(6, 20), of(2, 16), 2, "pelanggan tetap", 0),
            new Habit(50, of(31, 88), of(3, 5), of(9, 16), 2, "pelanggan tetap", 0),
            new Habit(60, of(1, 55), of(1, 2), of(0, 14), 2, "baru", 0),
            new Habit(50, of(62, 88), of(1, 2), of(0, 14), 2, null, 0),
            new Habit(50, of(100, 330), of(10, 24), of(3, 16), 2, "grosir", 0),
            new Habit(50, of(100, 330), of(3, 5), of(7, 14), 1, null, 0),
            new Habit(30, of(100, 250), of(3, 5), of(0, 3), 1, "online", 0),
            new Habit(60, of(200, 700), of(1, 2), of(0, 14), 2, null, 0));

    /** Cheapest first. */
    private static final List<Product> GOODS = List.of(
            goods("Dompet batik", 45_000),
            goods("Syal batik", 60_000),
            goods("Daster batik", 75_000),
            goods("Sarung batik cap", 95_000),
            goods("Tas batik", 120_000),
            goods("Kain batik cap Pekalongan", 135_000),
            goods("Blus batik wanita", 165_000),
            goods("Outer batik", 210_000),
            goods("Kemeja batik pria lengan pendek", 195_000),
            goods("Kemeja batik pria lengan panjang", 225_000),
            goods("Sprei batik", 240_000),
            goods("Gamis batik", 285_000),
            goods("Kain batik kombinasi tulis", 320_000),
            goods("Selendang sutra batik", 350_000),
            goods("Kain batik tulis Lasem", 850_000),
            goods("Kain batik tulis sogan Solo", 1_250_000));

    private static final String[] WOMEN = words(
            "Sri Siti Dewi Rina Wati Ayu Fitri Lestari Indah Ratna Nur Endang Yuni Tuti Maya Kartika Puspita Retno Ani"
                    + " Dian Nining Sulastri Wulan Murni Rahayu");
    private static final String[] MEN = words("Budi Agus Joko Slamet Eko Bambang Hendra Rudi Teguh Wahyu Yanto Dedi"
            + " Ahmad Fajar Made Ketut Wayan Asep Ujang Galih");
    private static final String[] SURNAMES = words(
            "Wahyuni Santoso Lestari Wibowo Susanti Pratama Rahmawati Setiawan Hidayat Kusuma Nugroho Handayani Saputra"
                    + " Utami Hartono Permata Suryani Gunawan Maulana Astuti Siregar Nasution Simanjuntak Sihombing"
                    + " Wijaya Purnomo Anggraini Firmansyah Mulyani Sudarsono");
    /** Often named cities come more than once. */
    private static final String[] CITIES = words("Pekalongan Pekalongan Pekalongan Surakarta Surakarta Yogyakarta"
            + " Yogyakarta Semarang Semarang Jakarta Jakarta Jakarta Bandung Surabaya Cirebon Malang Bekasi Depok"
            + " Tangerang Denpasar Makassar Medan Palembang Balikpapan Jayapura");

    private static final String[] STREETS =
            words("Melati Mawar Kenanga Cempaka Diponegoro Sudirman Kartini Veteran Pemuda Hayam_Wuruk Gajah_Mada");

    /** What hostile or clumsy people write where a name belongs; pages and exports must show it as it is. */
    private static final List<String> ODD_NAMES = List.of(
            "<script>alert(1)</script>",
            "\"><img src=x onerror=alert(1)>",
            "Sri hx-get=/logout hx-trigger=load",
            "{{7*7}} ${7*7} {str:eval('1')}",
            "=HYPERLINK(\"http://contoh.id\";\"klik\")",
            "Toko O'Neil & \"Anak\"; DROP TABLE customers;--",
            "🌸 Bu Melati 👩‍👩‍👧 🇮🇩",
            "متجر النور \u202eterbalik");

    private final Random random = new Random(SEED);
    private final LocalDate today;
    private final Supplier<UUID> ids;
    private final List<Customer> customers = new ArrayList<>();
    private final List<Sale> sales = new ArrayList<>();

    private Sample(LocalDate today, Supplier<UUID> ids) {
        this.today = today;
        this.ids = ids;
        for (var habit : HABITS) for (int i = 0; i < habit.customers(); i++) add(habit);
    }

    /** @param ids makes the keys of the rows; everything else depends on {@code today} alone */
    static Sample before(LocalDate today, Supplier<UUID> ids) {
        return new Sample(today, ids);
    }

    List<Customer> customers() {
        return customers;
    }

    List<Sale> sales() {
        return sales;
    }

    private void add(Habit habit) {
        int number = customers.size();
        boolean woman = random.nextInt(100) < 70;
        var name = one(woman ? WOMEN : MEN) + " " + one(SURNAMES);
        int total = HABITS.stream().mapToInt(Habit::customers).sum();
        int odd = number - total / 2;
        if (odd >= 0 && odd < ODD_NAMES.size()) name = ODD_NAMES.get(odd);
        boolean plain = name.chars().allMatch(c -> (c < 128 && Character.isLetter(c)) || c == ' ');
        var customer = new Customer(
                ids.get(),
                name,
                "+628120000%04d".formatted(number + 1),
                plain && random.nextInt(100) < 60
                        ? name.toLowerCase(Locale.ROOT).replace(' ', '.') + (number + 1) + "@example.com"
                        : null,
                "Jl. " + one(STREETS).replace('_', ' ') + " No. " + (1 + random.nextInt(150)),
                one(CITIES),
                habit.tag() == null ? List.of() : List.of(habit.tag()));
        customers.add(customer);
        buy(customer, habit);
    }

    private void buy(Customer customer, Habit habit) {
        int latest = between(habit.latest());
        int purchases = between(habit.purchases());
        var last = today.minusDays(latest);
        sell(customer, last, habit);
        // a newcomer's other purchase is as new as they are
        int span = Math.max(1, purchases <= 2 ? Math.min(30, DAYS - latest) : DAYS - latest);
        var before = last.minusDays(habit.pause());
        for (int i = 1; i < purchases; i++) sell(customer, busyDay(before, span - habit.pause()), habit);
        if (purchases >= 20 && random.nextInt(4) == 0) bringBack(customer, sales.getLast());
    }

    private void sell(Customer customer, LocalDate day, Habit habit) {
        var bought = new ArrayList<Product>();
        int kinds = 1 + random.nextInt(habit.most());
        for (int i = 0; i < kinds; i++) {
            var goods = GOODS.get(habit.prices()[0] + random.nextInt(habit.prices()[1] - habit.prices()[0]));
            int quantity = habit.most() > 1 && random.nextInt(4) == 0 ? 2 : 1;
            bought.add(new Product(goods.name(), quantity, goods.price()));
        }
        var amount = bought.stream()
                .map(p -> p.price().multiply(BigDecimal.valueOf(p.quantity())))
                .reduce(BigDecimal.ZERO, BigDecimal::add);
        add(customer, day, amount, bought, null);
    }

    private void bringBack(Customer customer, Sale sale) {
        var goods = sale.products().getFirst();
        var day = sale.transactionDate().plusDays(3);
        if (day.isAfter(today)) return;
        add(customer, day, goods.price().negate(), List.of(), "Retur: " + goods.name());
    }

    private void add(
            Customer customer, LocalDate day, BigDecimal amount, List<Product> products, @Nullable String notes) {
        var number = "DEMO-%05d".formatted(sales.size() + 1);
        sales.add(new Sale(ids.get(), customer.id(), day, amount, products, notes, number));
    }

    /** A day of the {@code span} days up to {@code last}; the busier, the likelier. */
    private LocalDate busyDay(LocalDate last, int span) {
        while (true) {
            var day = last.minusDays(random.nextInt(span));
            if (random.nextDouble() * 5 < busyness(day)) return day;
        }
    }

    /** Against an ordinary day, at most 5. */
    static double busyness(LocalDate day) {
        double busy = day.getDayOfMonth() >= 25 || day.getDayOfMonth() == 1 ? 1.3 : 1;
        long beforeEid = ChronoUnit.DAYS.between(day, nextEid(day));
        if (beforeEid >= 3 && beforeEid <= 30) busy *= 3.8;
        if (MonthDay.from(day).equals(MonthDay.of(10, 2)) || isWeekBefore(day, MonthDay.of(10, 2))) busy *= 1.8;
        if (isWeekBefore(day, MonthDay.of(12, 25))) busy *= 1.4;
        return Math.min(5, busy);
    }

    /** 1 Syawal; the calendar may differ from the government's by a day, which weeks of shopping don't feel. */
    static LocalDate nextEid(LocalDate day) {
        int year = HijrahChronology.INSTANCE.date(day).get(java.time.temporal.ChronoField.YEAR);
        var eid = LocalDate.from(HijrahChronology.INSTANCE.date(year, 10, 1));
        return eid.isBefore(day) ? LocalDate.from(HijrahChronology.INSTANCE.date(year + 1, 10, 1)) : eid;
    }

    private static boolean isWeekBefore(LocalDate day, MonthDay feast) {
        long days = ChronoUnit.DAYS.between(day, feast.atYear(day.getYear()));
        return days >= 0 && days <= 7;
    }

    private String one(String[] words) {
        return words[random.nextInt(words.length)];
    }

    private int between(int[] range) {
        return range[0] + random.nextInt(range[1] - range[0] + 1);
    }

    private static int[] of(int from, int to) {
        return new int[] {from, to};
    }

    private static String[] words(String text) {
        return Arrays.stream(text.split(" ", -1)).toArray(String[]::new);
    }

    private static Product goods(String name, int price) {
        return new Product(name, 1, BigDecimal.valueOf(price));
    }
}
