package com.smartmarketingagent.rfm;

import com.smartmarketingagent.rfm.RfmRepository.Movement;
import java.util.List;

/**
 * What movements between segments come to for an owner, in customers.
 *
 * @param fading those whom the shop begins to lose
 * @param risen those who came to a better segment
 * @param fresh those who were not scored before
 * @param others whoever else is in another segment, or no longer in any
 */
record Changes(int fading, int risen, int fresh, int others) {

    static Changes of(List<Movement> movements) {
        int fading = 0, risen = 0, fresh = 0, others = 0;
        for (var moved : movements) {
            var from = moved.from();
            var to = moved.to();
            if (from == null) fresh += moved.customers();
            else if (to == null) others += moved.customers();
            else if (to.rung() > from.rung()) risen += moved.customers();
            else if (to.rung() == 0 && from.rung() > 0) fading += moved.customers();
            else others += moved.customers();
        }
        return new Changes(fading, risen, fresh, others);
    }
}
