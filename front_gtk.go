//go:build linux && desktop

package main

/*
#cgo pkg-config: gtk+-3.0
#include <stdlib.h>
#include <string.h>
#include <gtk/gtk.h>
#ifdef GDK_WINDOWING_X11
#include <gdk/gdkx.h>
#endif
#ifdef GDK_WINDOWING_WAYLAND
#include <gdk/gdkwayland.h>
#endif

// Window managers give the focus to a window whose user was there last. The one who
// was is the person who started the second program, and what the desktop gave that
// program says when, or proves it.

static void present(GtkWindow *window, const char *activation) {
	GdkWindow *surface = gtk_widget_get_window(GTK_WIDGET(window));
	guint32 when = GDK_CURRENT_TIME;
#ifdef GDK_WINDOWING_X11
	if (GDK_IS_X11_WINDOW(surface)) {
		const char *at = strstr(activation, "_TIME");
		if (at != NULL)
			when = (guint32)strtoul(at + strlen("_TIME"), NULL, 10);
		// Nothing is known of a start from a terminal: it was just now.
		if (when == GDK_CURRENT_TIME)
			when = gdk_x11_get_server_time(surface);
	}
#endif
#ifdef GDK_WINDOWING_WAYLAND
	GdkDisplay *display = gdk_window_get_display(surface);
	if (GDK_IS_WAYLAND_DISPLAY(display) && *activation != '\0')
		gdk_wayland_display_set_startup_notification_id(display, activation);
#endif
	if (*activation != '\0')
		gtk_window_set_startup_id(window, activation); // the desktop's busy pointer ends
	gtk_window_present_with_time(window, when);
}

static gboolean present_all(gpointer activation) {
	GList *all = gtk_window_list_toplevels();
	for (GList *one = all; one != NULL; one = one->next) {
		GtkWindow *window = GTK_WINDOW(one->data);
		if (gtk_window_get_window_type(window) == GTK_WINDOW_TOPLEVEL && gtk_widget_get_realized(GTK_WIDGET(window)))
			present(window, activation);
	}
	g_list_free(all);
	free(activation);
	return G_SOURCE_REMOVE;
}

// GTK may be called from its own thread only.
static void come_to_front(char *activation) { g_idle_add(present_all, activation); }
*/
import "C"

import "context"

// toFront shows the window to somebody who was elsewhere, with what their desktop
// gave them for it; "" where it gave nothing.
func toFront(_ context.Context, activation string) { C.come_to_front(C.CString(activation)) }
