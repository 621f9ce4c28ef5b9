//go:build e2e && linux

// Package automation lets WebKitWebDriver steer a Wails window on Linux; importing it
// is enough. Only programs built with the tag e2e contain it.
package automation

/*
#cgo pkg-config: gtk+-3.0 webkit2gtk-4.1
#include <gtk/gtk.h>
#include <webkit2/webkit2.h>

// WebKitGTK lets WebKitWebDriver steer a page only when its view was constructed
// to be steered, and Wails has no switch for that. It makes its one view by the
// function below, which the linker finds here before it looks into WebKitGTK.

static WebKitWebView *steered;

static WebKitWebView *give_view(WebKitAutomationSession *session, gpointer unused) {
	return steered;
}

static void automation_started(WebKitWebContext *context, WebKitAutomationSession *session, gpointer unused) {
	// The driver compares these with what it was asked for.
	WebKitApplicationInfo *info = webkit_application_info_new();
	webkit_application_info_set_name(info, "billfold");
	webkit_application_info_set_version(info, 1, 0, 0);
	webkit_automation_session_set_application_info(session, info);
	webkit_application_info_unref(info);
	g_signal_connect(session, "create-web-view", G_CALLBACK(give_view), NULL);
}

GtkWidget *webkit_web_view_new_with_user_content_manager(WebKitUserContentManager *manager) {
	WebKitWebContext *context = webkit_web_context_get_default();
	webkit_web_context_set_automation_allowed(context, TRUE);
	g_signal_connect(context, "automation-started", G_CALLBACK(automation_started), NULL);
	steered = WEBKIT_WEB_VIEW(g_object_new(WEBKIT_TYPE_WEB_VIEW,
		"web-context", context,
		"user-content-manager", manager,
		"is-controlled-by-automation", TRUE,
		NULL));
	return GTK_WIDGET(steered);
}
*/
import "C"
