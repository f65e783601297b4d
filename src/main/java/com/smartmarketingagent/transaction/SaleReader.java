package com.smartmarketingagent.transaction;

import com.smartmarketingagent.platform.Problem;
import com.smartmarketingagent.platform.Problem.Detail;
import jakarta.inject.Singleton;
import jakarta.validation.ConstraintViolation;
import jakarta.validation.Validator;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/** Looks at sales sent many at once one by one, so that each that is wrong can be named. */
@Singleton
class SaleReader {

    private static final int MOST_REFUSALS = 1_000;

    private final Validator validator;

    SaleReader(Validator validator) {
        this.validator = validator;
    }

    /** One of the sales sent; {@code index} counts from 0. */
    record Numbered(int index, Sale sale) {
        Detail refusal(Detail detail) {
            return new Detail(index, detail.field(), detail.text(), detail.id());
        }
    }

    /** @param refused what is wrong with those that are not among {@code sales} */
    record Read(List<Numbered> sales, List<Detail> refused) {}

    /** Looks at no more once there is more wrong than is named. */
    Read read(List<Sent> sent) {
        var read = new Read(new ArrayList<>(), new ArrayList<>());
        for (int i = 0; i < sent.size() && read.refused().size() < MOST_REFUSALS; i++) {
            read(i, sent.get(i), read);
        }
        return read;
    }

    private void read(int index, Sent sent, Read read) {
        if (sent.refusal() != null) read.refused().add(at(index, sent.refusal()));
        if (sent.sale() == null) return;
        var violations = validator.validate(sent.sale());
        for (var violation : violations) read.refused().add(at(index, detail(violation)));
        if (violations.isEmpty())
            read.sales().add(new Numbered(index, sent.sale().tidy()));
    }

    private static Detail at(int index, Detail detail) {
        return new Detail(index, detail.field(), detail.text(), detail.id());
    }

    /** The validator has said it in the reader's language already. */
    private static Detail detail(ConstraintViolation<Sale> violation) {
        var path = violation.getPropertyPath().toString().replaceAll("\\.<.*", "");
        var field = path.replaceAll("([a-z0-9])([A-Z])", "$1_$2").toLowerCase(Locale.ROOT);
        return Detail.of(field, "said", violation.getMessage());
    }

    /** @throws Problem.Invalid naming what was refused, the first thousand of it */
    static void refuse(List<Detail> refused) {
        if (refused.isEmpty()) return;
        throw new Problem.Invalid(refused.stream()
                .sorted(Comparator.comparingInt(d -> d.index() == null ? 0 : d.index()))
                .limit(MOST_REFUSALS)
                .toList());
    }
}
