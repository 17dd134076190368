// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/theme/theme.h"

#include "core/base/format.h"
#include "ui/theme/fonts.h"
#include "ui/theme/style.h"

#include <QApplication>
#include <QEvent>
#include <QStyle>
#include <QStyleFactory>
#include <QWidget>

#include <algorithm>
#include <array>
#include <cmath>

namespace sextant::ui {

namespace {

struct Pair {
    QRgb light, dark;
};

constexpr std::array<Pair, kTokens> kColors{{
    {0xffF2F3F5, 0xff131519}, // Bg
    {0xffFFFFFF, 0xff1A1D22}, // Surface
    {0xffF8F9FA, 0xff21252B}, // Raised
    {0xffEDF0F3, 0xff272C33}, // Hover
    {0xffDFE5EE, 0xff2E3643}, // Selection
    {0xffDDE0E5, 0xff2F343C}, // Border
    {0xffEDEFF2, 0xff24282F}, // Rule
    {0xff868D99, 0xff6D7480}, // BorderStrong
    {0xff1A1E26, 0xffE3E6EB}, // Text
    {0xff565D69, 0xffA0A7B2}, // TextSecondary
    {0xff828893, 0xff6F7682}, // TextDisabled
    {0xff1F2A44, 0xffDCE3F0}, // Accent
    {0xffFFFFFF, 0xff131519}, // AccentText
    {0xff2F8068, 0xff6CCB9A}, // Ok
    {0xffB98300, 0xffF5D858}, // Pending
    {0xffB34A00, 0xffF5942E}, // Warning
    {0xff960220, 0xffFF6464}, // Failed
    {0xff8A8D94, 0xffA6A9AF}, // Unknown
    {0xff4F525A, 0xff7A7E87}, // Gone
    {0xff2E7BEA, 0xff5B93FA}, // Kubernetes
    {0xff7A1F8F, 0xffEFA0E4}, // Helios
    {0xff113C54, 0xffBFE8D3}, // Used
    {0xff4F8D93, 0xff2F8592}, // Requested
    {0xff9EC0C4, 0xff265660}, // RequestedCell: requested at 55 % on surface
    {0xffE6E9ED, 0xff2B3038}, // Track
    {0xff7C828D, 0xff8A919C}, // Limit
    {0xff1A1E26, 0xffE3E6EB}, // Allocatable
    {0xffD2422B, 0xffFF7A5C}, // Over
    {0xff729A8D, 0xff47705F}, // CellReady
    {0xffB9BDC4, 0xff5A5F69}, // CellCompleted
    {0xffDCE8E3, 0xff28403A}, // TintReady
}};

constexpr std::array<Pair, 11> kRamp{{{0xffEAEFE6, 0xff22303A}, {0xffC6E0D2, 0xff224155}, {0xffA1CDC1, 0xff20556C},
    {0xff81B8B2, 0xff226B7E}, {0xff65A2A5, 0xff2C808C}, {0xff4B8D99, 0xff3E9698}, {0xff34788D, 0xff57ABA3},
    {0xff216280, 0xff76C0AE}, {0xff144D70, 0xff9AD3BB}, {0xff12375B, 0xffC1E5C9}, {0xff15233F, 0xffE6F3D7}}};

constexpr std::array<Pair, 9> kDiverging{{{0xff8A3B00, 0xffFFB27A}, {0xffA36640, 0xffBF9071}, {0xffB9927B, 0xff877064},
    {0xffCFC0B7, 0xff555051}, {0xffEEF0F2, 0xff2A2F37}, {0xffB4BFC7, 0xff465459}, {0xff8095A3, 0xff607B7C},
    {0xff4D6E83, 0xff78A6A0}, {0xff0F4A66, 0xff8FD6C8}}};

constexpr std::array<Pair, 10> kSeries{{{0xff2A5F6B, 0xff98FAFF}, {0xff87985E, 0xffCBE48E}, {0xff745BAD, 0xff8E7BCD},
    {0xff89544C, 0xffEDC1CB}, {0xff6196D0, 0xff8CC1FD}, {0xff76740F, 0xff8D8955}, {0xff782446, 0xffB2708F},
    {0xff607F7C, 0xff8EAE98}, {0xff523788, 0xffB4A1BE}, {0xff544705, 0xffD2A244}}};

QColor of(const Pair &pair, bool dark) { return QColor::fromRgb(dark ? pair.dark : pair.light); }

bool isDark(const QPalette &palette)
{
    return palette.color(QPalette::Active, QPalette::WindowText).lightnessF()
        > palette.color(QPalette::Active, QPalette::Window).lightnessF();
}

bool desktopKnown()
{
    return qEnvironmentVariableIsSet("XDG_CURRENT_DESKTOP") || qEnvironmentVariableIsSet("DESKTOP_SESSION");
}

/// Where no desktop says a size, nobody has asked for one.
double systemScale(const QFont &font)
{
    const QString platform = QGuiApplication::platformName();
    if (platform == QLatin1String("offscreen") || platform == QLatin1String("minimal") || !desktopKnown()
        || font.pointSizeF() <= 0) {
        return 1;
    }
    return std::clamp(font.pointSizeF() / 9.75, 0.9, 1.5);
}

QPalette paletteOf(bool dark)
{
    const auto c = [dark](Token token) { return Theme::color(token, dark); };
    QPalette p;
    const auto all = [&p](QPalette::ColorRole role, const QColor &color) { p.setColor(QPalette::All, role, color); };
    all(QPalette::Window, c(Token::Bg));
    all(QPalette::Base, c(Token::Surface));
    all(QPalette::Button, c(Token::Surface));
    all(QPalette::AlternateBase, c(Token::Raised));
    all(QPalette::ToolTipBase, c(Token::Surface));
    all(QPalette::WindowText, c(Token::Text));
    all(QPalette::Text, c(Token::Text));
    all(QPalette::ButtonText, c(Token::Text));
    all(QPalette::ToolTipText, c(Token::Text));
    all(QPalette::BrightText, c(Token::Text));
    all(QPalette::PlaceholderText, c(Token::TextSecondary));
    all(QPalette::Highlight, c(Token::Selection));
    all(QPalette::HighlightedText, c(Token::Text));
    all(QPalette::Link, c(Token::Text));
    all(QPalette::LinkVisited, c(Token::Text));
    all(QPalette::Light, c(Token::Raised));
    all(QPalette::Midlight, c(Token::Rule));
    all(QPalette::Mid, c(Token::Border));
    all(QPalette::Dark, c(Token::BorderStrong));
    all(QPalette::Shadow, c(Token::BorderStrong));
    for (const auto role : {QPalette::WindowText, QPalette::Text, QPalette::ButtonText, QPalette::PlaceholderText}) {
        p.setColor(QPalette::Disabled, role, c(Token::TextDisabled));
    }
    return p;
}

} // namespace

Theme &Theme::instance()
{
    // Outlives the application object on purpose: widgets are destroyed late. Setting the style asks widgets that stand
    // already to measure themselves, which comes back here: the pointer must be there before. GUI thread only.
    static Theme *theme = nullptr;
    if (theme == nullptr) {
        theme = new Theme;
        QApplication::setStyle(new Style);
        qApp->installEventFilter(theme);
        theme->apply();
    }
    return *theme;
}

Theme::Theme()
{
    m_systemDark = isDark(QGuiApplication::palette());
    m_scale = systemScale(QGuiApplication::font());
    const FontChoice choice = chooseFont();
    m_family = choice.family;
    m_medium = choice.medium;
}

void Theme::setMode(Mode mode)
{
    m_mode = mode;
    apply();
}

bool Theme::eventFilter(QObject *object, QEvent *event)
{
    // The desktop has switched: look under our own palette once to see which way.
    if (event->type() == QEvent::ThemeChange && !m_applying) {
        m_applying = true;
        QApplication::setPalette(QPalette());
        m_systemDark = isDark(QGuiApplication::palette());
        m_applying = false;
        apply();
    }
    return QObject::eventFilter(object, event);
}

void Theme::apply()
{
    const bool dark = m_mode == Mode::Dark || (m_mode == Mode::System && m_systemDark);
    m_dark = dark;
    m_applying = true;
    QApplication::setFont(font(TextRole::Table));
    QApplication::setPalette(paletteOf(dark));
    // Qt tells windows by events that come later, and those without a native window not at all: a picture taken at once
    // would be half of each theme.
    const QWidgetList windows = QApplication::topLevelWidgets();
    for (QWidget *window : windows) {
        QEvent fontEvent(QEvent::ApplicationFontChange);
        QCoreApplication::sendEvent(window, &fontEvent);
        QEvent paletteEvent(QEvent::ApplicationPaletteChange);
        QCoreApplication::sendEvent(window, &paletteEvent);
    }
    m_applying = false;
    Q_EMIT changed();
}

QColor Theme::color(Token token, bool dark) { return of(kColors[static_cast<std::size_t>(token)], dark); }
QColor Theme::color(Token token) const { return color(token, m_dark); }

Token stateToken(State state)
{
    switch (state) {
    case State::Ok:
        return Token::Ok;
    case State::Completed:
    case State::Terminating:
    case State::Cordoned:
        return Token::Gone;
    case State::Pending:
        return Token::Pending;
    case State::Unknown:
        return Token::Unknown;
    case State::Warning:
        return Token::Warning;
    case State::Failed:
        return Token::Failed;
    }
    return Token::Unknown;
}

QColor Theme::state(State state) const { return color(stateToken(state)); }

QColor Theme::identity(Orchestrator orchestrator) const
{
    return color(orchestrator == Orchestrator::Helios ? Token::Helios : Token::Kubernetes);
}

QColor Theme::cell(State state) const
{
    switch (state) {
    case State::Ok:
        return color(Token::CellReady);
    case State::Completed:
        return color(Token::CellCompleted);
    default:
        return this->state(state);
    }
}

QColor Theme::ramp(double share) const
{
    if (share > 1) {
        return color(Token::Over);
    }
    const int step = std::isfinite(share) ? std::clamp(static_cast<int>(std::lround(share * 10)), 0, 10) : 0;
    return of(kRamp[static_cast<std::size_t>(step)], m_dark);
}

QColor Theme::diverging(double value) const
{
    const double bounded = std::isfinite(value) ? std::clamp(value, -1.0, 1.0) : 0;
    return of(kDiverging[static_cast<std::size_t>(std::lround((bounded + 1) * 4))], m_dark);
}

QColor Theme::series(int index) const
{
    if (index < 0 || index >= static_cast<int>(kSeries.size())) {
        return color(Token::Unknown);
    }
    return of(kSeries[static_cast<std::size_t>(index)], m_dark);
}

QFont Theme::font(TextRole role) const
{
    int size = 12;
    bool strong = false;
    switch (role) {
    case TextRole::Figure:
        size = 28;
        strong = true;
        break;
    case TextRole::FigureSmall:
        size = 22;
        strong = true;
        break;
    case TextRole::Title:
        size = 16;
        strong = true;
        break;
    case TextRole::Section:
    case TextRole::BodyStrong:
        size = 13;
        strong = true;
        break;
    case TextRole::Body:
        size = 13;
        break;
    case TextRole::TableStrong:
        strong = true;
        break;
    case TextRole::Table:
        break;
    case TextRole::Caption:
        size = 11;
        break;
    case TextRole::CaptionStrong:
        size = 11;
        strong = true;
        break;
    }
    QFont font(m_family);
    font.setPixelSize(px(size));
    font.setWeight(!strong ? QFont::Normal : m_medium ? QFont::Medium : QFont::DemiBold);
    font.setHintingPreference(QFont::PreferNoHinting);
    return font;
}

int Theme::px(int size) const { return static_cast<int>(std::lround(size * m_scale)); }

int Theme::animationMs() const
{
    return QApplication::style()->styleHint(QStyle::SH_Widget_Animation_Duration) > 0 ? 150 : 0;
}

QString shown(std::string_view text)
{
    const std::string clean = sanitized(text);
    return QString::fromUtf8(clean.data(), static_cast<qsizetype>(clean.size()));
}

QString shownName(std::string_view name, Orchestrator orchestrator)
{
    constexpr std::size_t kHash = 40, kShown = 7;
    const auto colon = name.rfind(':');
    const bool id = orchestrator == Orchestrator::Helios && colon != std::string_view::npos && colon > 0
        && name.size() - colon - 1 == kHash && name.find(':') != colon
        && name.find_first_not_of("0123456789abcdef", colon + 1) == std::string_view::npos;
    return shown(id ? name.substr(0, colon + 1 + kShown) : name);
}

QString shownKind(std::string_view kind)
{
    return shown(kind == workloadKindWord(WorkloadKind::HeliosJob) ? workloadKindWord(WorkloadKind::Job) : kind);
}

QString logoName() { return QStringLiteral(":/sextant/icons/sextant.svg"); }

} // namespace sextant::ui
