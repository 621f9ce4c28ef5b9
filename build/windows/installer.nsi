; Billfold for one person, without an administrator's rights. scripts/windows.sh
; gives VERSION, NUMBERS, VENDOR_NAME, STAGE (the folder of what is installed) and
; OUT (the installer to write).
;
; Silently: billfold-VERSION-setup.exe /S [/D=C:\folder], and uninstall.exe /S.

Unicode true
Target amd64-unicode
!include MUI2.nsh
!include FileFunc.nsh
!include LogicLib.nsh
!include x64.nsh
!include WinVer.nsh

!define UNINSTALL "Software\Microsoft\Windows\CurrentVersion\Uninstall\Billfold"
!define APP_PATHS "Software\Microsoft\Windows\CurrentVersion\App Paths"
!define LINKS "Software\Classes\billfold"
!define AT_LOGIN "Software\Microsoft\Windows\CurrentVersion\Run"
; How Microsoft tells to look for the WebView2 runtime.
!define WEBVIEW2 "Microsoft\EdgeUpdate\Clients\{F3017226-FE2A-4295-8BDF-00C3A9A7E4C5}"

Name "Billfold"
OutFile "${OUT}"
RequestExecutionLevel user
InstallDir "$LOCALAPPDATA\Programs\Billfold"
InstallDirRegKey HKCU "${UNINSTALL}" "InstallLocation"
SetCompressor /SOLID lzma
ManifestDPIAware true
BrandingText "Billfold ${VERSION}"

VIProductVersion "${NUMBERS}.0"
VIFileVersion "${NUMBERS}.0"
VIAddVersionKey "CompanyName" "${VENDOR_NAME}"
VIAddVersionKey "FileDescription" "Billfold's installer"
VIAddVersionKey "FileVersion" "${VERSION}"
VIAddVersionKey "LegalCopyright" "2026 the Billfold authors. MIT licence."
VIAddVersionKey "ProductName" "Billfold"
VIAddVersionKey "ProductVersion" "${VERSION}"

!define MUI_ICON billfold.ico
!define MUI_UNICON billfold.ico
!define MUI_FINISHPAGE_RUN "$INSTDIR\billfold-desktop.exe"
!insertmacro MUI_PAGE_DIRECTORY
!insertmacro MUI_PAGE_INSTFILES
!insertmacro MUI_PAGE_FINISH
!insertmacro MUI_UNPAGE_CONFIRM
!insertmacro MUI_UNPAGE_INSTFILES
!insertmacro MUI_LANGUAGE "English"
!insertmacro MUI_LANGUAGE "German"

LangString NeedsNewer ${LANG_ENGLISH} "Billfold needs Windows 10 or newer, with 64 bits."
LangString NeedsNewer ${LANG_GERMAN} "Billfold braucht Windows 10 oder neuer mit 64 Bit."
LangString NeedsWebView ${LANG_ENGLISH} "Billfold's window needs Microsoft's WebView2 runtime, which this computer does not have. Get it from https://go.microsoft.com/fwlink/p/?LinkId=2124703, or use Billfold in the browser: billfold web"
LangString NeedsWebView ${LANG_GERMAN} "Das Fenster von Billfold braucht Microsofts WebView2-Laufzeit, die auf diesem Rechner fehlt. Sie finden sie unter https://go.microsoft.com/fwlink/p/?LinkId=2124703. Im Browser geht es auch ohne sie: billfold web"
LangString InvoiceHistory ${LANG_ENGLISH} "Invoice History"
LangString InvoiceHistory ${LANG_GERMAN} "Rechnungen"

Function .onInit
  ${IfNot} ${RunningX64}
  ${OrIfNot} ${AtLeastWin10}
    MessageBox MB_OK|MB_ICONSTOP "$(NeedsNewer)" /SD IDOK
    SetErrorLevel 2
    Quit
  ${EndIf}
FunctionEnd

; A program that runs cannot be written over, but it can be put aside.
!macro PutAside FILE
  Delete "$INSTDIR\${FILE}.old"
  Rename "$INSTDIR\${FILE}" "$INSTDIR\${FILE}.old"
  Delete /REBOOTOK "$INSTDIR\${FILE}.old"
!macroend

Section
  SetShellVarContext current
  SetOutPath "$INSTDIR"
  !insertmacro PutAside billfold.exe
  !insertmacro PutAside billfold-desktop.exe
  File "${STAGE}/billfold.exe"
  File "${STAGE}/billfold-desktop.exe"
  File "${STAGE}/LICENSE.txt"
  File "${STAGE}/THIRD-PARTY.txt"
  WriteUninstaller "$INSTDIR\uninstall.exe"

  CreateDirectory "$SMPROGRAMS\Billfold"
  CreateShortcut "$SMPROGRAMS\Billfold\Billfold.lnk" "$INSTDIR\billfold-desktop.exe"
  CreateShortcut "$SMPROGRAMS\Billfold\$(InvoiceHistory).lnk" "$INSTDIR\billfold-desktop.exe" "billfold://invoices"

  ; The link is one argument whatever is in it: the program reads it as a link or refuses it.
  WriteRegStr HKCU "${LINKS}" "" "URL:Billfold"
  WriteRegStr HKCU "${LINKS}" "URL Protocol" ""
  WriteRegStr HKCU "${LINKS}\DefaultIcon" "" '"$INSTDIR\billfold-desktop.exe",0'
  WriteRegStr HKCU "${LINKS}\shell\open\command" "" '"$INSTDIR\billfold-desktop.exe" "%1"'

  WriteRegStr HKCU "${APP_PATHS}\billfold.exe" "" "$INSTDIR\billfold.exe"
  WriteRegStr HKCU "${APP_PATHS}\billfold-desktop.exe" "" "$INSTDIR\billfold-desktop.exe"

  WriteRegStr HKCU "${UNINSTALL}" "DisplayName" "Billfold"
  WriteRegStr HKCU "${UNINSTALL}" "DisplayVersion" "${VERSION}"
  WriteRegStr HKCU "${UNINSTALL}" "DisplayIcon" "$INSTDIR\billfold-desktop.exe,0"
  WriteRegStr HKCU "${UNINSTALL}" "Publisher" "${VENDOR_NAME}"
  WriteRegStr HKCU "${UNINSTALL}" "InstallLocation" "$INSTDIR"
  WriteRegStr HKCU "${UNINSTALL}" "UninstallString" '"$INSTDIR\uninstall.exe"'
  WriteRegStr HKCU "${UNINSTALL}" "QuietUninstallString" '"$INSTDIR\uninstall.exe" /S'
  WriteRegDWORD HKCU "${UNINSTALL}" "NoModify" 1
  WriteRegDWORD HKCU "${UNINSTALL}" "NoRepair" 1
  ${GetSize} "$INSTDIR" "/S=0K" $0 $1 $2
  WriteRegDWORD HKCU "${UNINSTALL}" "EstimatedSize" $0

  Call TellOfWebView
SectionEnd

; Nothing is downloaded: who has no runtime is told where it is.
Function TellOfWebView
  ReadRegStr $0 HKLM "SOFTWARE\WOW6432Node\${WEBVIEW2}" "pv"
  ${If} $0 == ""
    ReadRegStr $0 HKCU "Software\${WEBVIEW2}" "pv"
  ${EndIf}
  ${If} $0 == ""
  ${OrIf} $0 == "0.0.0.0"
    DetailPrint "$(NeedsWebView)"
    MessageBox MB_OK|MB_ICONINFORMATION "$(NeedsWebView)" /SD IDOK
  ${EndIf}
FunctionEnd

; Removes what the installer wrote, and the start at login that the person may have
; asked for. What Billfold keeps for the person, in $LOCALAPPDATA\billfold, stays.
Section Uninstall
  SetShellVarContext current
  Delete /REBOOTOK "$INSTDIR\billfold.exe"
  Delete /REBOOTOK "$INSTDIR\billfold-desktop.exe"
  Delete /REBOOTOK "$INSTDIR\billfold.exe.old"
  Delete /REBOOTOK "$INSTDIR\billfold-desktop.exe.old"
  Delete "$INSTDIR\LICENSE.txt"
  Delete "$INSTDIR\THIRD-PARTY.txt"
  Delete "$INSTDIR\uninstall.exe"
  RMDir "$INSTDIR"

  Delete "$SMPROGRAMS\Billfold\Billfold.lnk"
  Delete "$SMPROGRAMS\Billfold\Invoice History.lnk"
  Delete "$SMPROGRAMS\Billfold\Rechnungen.lnk"
  RMDir "$SMPROGRAMS\Billfold"

  ; Links may belong to another Billfold by now.
  ReadRegStr $0 HKCU "${LINKS}\shell\open\command" ""
  ${If} $0 == '"$INSTDIR\billfold-desktop.exe" "%1"'
    DeleteRegKey HKCU "${LINKS}"
  ${EndIf}
  DeleteRegKey HKCU "${APP_PATHS}\billfold.exe"
  DeleteRegKey HKCU "${APP_PATHS}\billfold-desktop.exe"
  DeleteRegValue HKCU "${AT_LOGIN}" "Billfold"
  DeleteRegKey HKCU "${UNINSTALL}"
SectionEnd
