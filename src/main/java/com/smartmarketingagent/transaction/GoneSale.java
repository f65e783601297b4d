package com.smartmarketingagent.transaction;

import com.smartmarketingagent.account.Gone;
import com.smartmarketingagent.account.ListPlace;
import com.smartmarketingagent.account.WebSession;
import jakarta.inject.Singleton;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.Response;

/** What a page answers about a sale deleted somewhere else meanwhile, or never there: the same. */
@Singleton
class GoneSale {

    private final WebSession web;
    private final Gone gone;

    GoneSale(WebSession web, Gone gone) {
        this.web = web;
        this.gone = gone;
    }

    Response answer(ContainerRequestContext request) {
        var frame = web.frame();
        var place = new ListPlace("/sales", gone.said(request, "list"));
        return gone.page(frame.say("sale.gone"), place.address(), frame.say("sale.back"));
    }
}
