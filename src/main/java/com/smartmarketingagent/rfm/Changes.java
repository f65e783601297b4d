package com.smartmarketingagent.rfm;

import com.smartmarketingagent.rfm.WeeklyRepository.Move;
import java.util.List;

/**
 * What movements between segments come to for an owner, in customers.
 *
 * @param fading those whom the shop begins to lose
 * @param risen those who bought and so came to a better segment; whoever is only no longer new has not risen
 * @param fresh those who were not scored before
 * @param others whoever else is in another segment, or no longer in any
 */
record Changes(int fading, int risen, int fresh, int others) {

    static Changes of(List<Move> moves) {
        int fading = 0, risen = 0, fresh = 0, others = 0;
        for (var moved : moves) {
            var from = moved.from();
            var to = moved.to();
            if (from == null) fresh += moved.customers();
            else if (to == null) others += moved.customers();
            else if (to.rung() > from.rung() && moved.bought()) risen += moved.customers();
            else if (to.rung() == 0 && from.rung() > 0) fading += moved.customers();
            else others += moved.customers();
        }
        return new Changes(fading, risen, fresh, others);
    }
}
