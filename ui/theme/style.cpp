// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/theme/style.h"

#include "ui/theme/theme.h"
#include "ui/theme/widgets.h"

#include <QAbstractItemView>
#include <QAbstractScrollArea>
#include <QApplication>
#include <QComboBox>
#include <QLineEdit>
#include <QMenu>
#include <QPainterPath>
#include <QPushButton>
#include <QStyleFactory>
#include <QStyleOption>
#include <QtMath>

#include <algorithm>

namespace sextant::ui {

namespace {

QColor token(Token t) { return Theme::instance().color(t); }
int px(int size) { return Theme::instance().px(size); }

void paintBox(QPainter *painter, const QRect &rect, const QColor &fill, const QColor &border, double radius = 4)
{
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);
    painter->setBrush(fill);
    painter->setPen(border.isValid() ? QPen(border, 1) : QPen(Qt::NoPen));
    painter->drawRoundedRect(QRectF(rect).adjusted(0.5, 0.5, -0.5, -0.5), radius, radius);
    painter->restore();
}

bool primary(const QWidget *widget) { return widget != nullptr && widget->property("primary").toBool(); }
bool flat(const QStyleOption *option)
{
    const auto *button = qstyleoption_cast<const QStyleOptionButton *>(option);
    return button != nullptr && (button->features & QStyleOptionButton::Flat);
}
bool keyboardFocus(const QStyleOption *option)
{
    return (option->state & QStyle::State_HasFocus) && (option->state & QStyle::State_KeyboardFocusChange);
}

void paintChevronDown(QPainter *painter, const QRectF &box, const QColor &color)
{
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);
    painter->setPen(QPen(color, 1.35, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
    const QPointF c = box.center();
    painter->drawPolyline(QPolygonF{{c.x() - 3.5, c.y() - 1.75}, {c.x(), c.y() + 1.75}, {c.x() + 3.5, c.y() - 1.75}});
    painter->restore();
}

void paintTick(QPainter *painter, const QRectF &box, const QColor &color)
{
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);
    painter->setPen(QPen(color, 1.6, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
    const double s = box.width() / 14;
    painter->drawPolyline(QPolygonF{{box.left() + 3 * s, box.top() + 7.4 * s},
        {box.left() + 5.9 * s, box.top() + 10.2 * s}, {box.left() + 11 * s, box.top() + 4 * s}});
    painter->restore();
}

} // namespace

void paintFocusRing(QPainter &painter, const QRectF &rect, double radius)
{
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setBrush(Qt::NoBrush);
    painter.setPen(QPen(token(Token::Accent), 2));
    painter.drawRoundedRect(rect, radius + 1, radius + 1);
    painter.restore();
}

Style::Style()
    : QProxyStyle(QStyleFactory::create(QStringLiteral("Fusion")))
{
}

void Style::polish(QWidget *widget)
{
    QProxyStyle::polish(widget);
    if (qobject_cast<QAbstractButton *>(widget) != nullptr || qobject_cast<QComboBox *>(widget) != nullptr
        || widget->inherits("QScrollBar") || widget->inherits("QSplitterHandle")
        || qobject_cast<QLineEdit *>(widget) != nullptr) {
        widget->setAttribute(Qt::WA_Hover);
    }
    if (auto *area = qobject_cast<QAbstractScrollArea *>(widget);
        area != nullptr && area->frameShape() == QFrame::StyledPanel) {
        area->setFrameShape(QFrame::NoFrame);
    }
}

int Style::pixelMetric(PixelMetric metric, const QStyleOption *option, const QWidget *widget) const
{
    switch (metric) {
    case PM_ScrollBarExtent:
        return px(12);
    case PM_ScrollBarSliderMin:
        return px(28);
    case PM_ScrollView_ScrollBarOverlap:
    case PM_ScrollView_ScrollBarSpacing:
        return 0;
    case PM_DefaultFrameWidth:
        return qobject_cast<const QMenu *>(widget) != nullptr ? 1 : QProxyStyle::pixelMetric(metric, option, widget);
    case PM_MenuPanelWidth:
        return 1;
    case PM_MenuHMargin:
    case PM_MenuVMargin:
        return px(4);
    case PM_ButtonMargin:
        return px(12);
    case PM_ButtonShiftHorizontal:
    case PM_ButtonShiftVertical:
        return 0;
    case PM_ButtonIconSize:
    case PM_SmallIconSize:
    case PM_ToolBarIconSize:
        return px(16);
    case PM_IndicatorWidth:
    case PM_IndicatorHeight:
    case PM_ExclusiveIndicatorWidth:
    case PM_ExclusiveIndicatorHeight:
        return px(14);
    case PM_CheckBoxLabelSpacing:
    case PM_RadioButtonLabelSpacing:
        return px(8);
    case PM_SplitterWidth:
        return 1;
    case PM_FocusFrameHMargin:
    case PM_FocusFrameVMargin:
        return 2;
    case PM_LayoutLeftMargin:
    case PM_LayoutTopMargin:
    case PM_LayoutRightMargin:
    case PM_LayoutBottomMargin:
        return px(16);
    case PM_LayoutHorizontalSpacing:
    case PM_LayoutVerticalSpacing:
        return px(8);
    case PM_ToolTipLabelFrameWidth:
        return px(8);
    case PM_ComboBoxFrameWidth:
        return px(4);
    default:
        return QProxyStyle::pixelMetric(metric, option, widget);
    }
}

int Style::styleHint(StyleHint hint, const QStyleOption *option, const QWidget *widget, QStyleHintReturn *data) const
{
    switch (hint) {
    case SH_EtchDisabledText:
    case SH_DitherDisabledText:
    case SH_ScrollBar_Transient:
    case SH_UnderlineShortcut:
        return hint == SH_UnderlineShortcut ? QProxyStyle::styleHint(hint, option, widget, data) : 0;
    case SH_DialogButtonBox_ButtonsHaveIcons:
        return 0;
    case SH_ComboBox_Popup:
        return 0;
    case SH_ItemView_ActivateItemOnSingleClick:
        return 0;
    case SH_ItemView_ShowDecorationSelected:
        return 1;
    case SH_Menu_SubMenuPopupDelay:
        return 120;
    case SH_ToolTip_WakeUpDelay:
        return 250;
    case SH_ScrollBar_LeftClickAbsolutePosition:
        return 0;
    case SH_ToolTipLabel_Opacity:
        return 255;
    default:
        return QProxyStyle::styleHint(hint, option, widget, data);
    }
}

QSize Style::sizeFromContents(
    ContentsType type, const QStyleOption *option, const QSize &size, const QWidget *widget) const
{
    switch (type) {
    case CT_PushButton: {
        const auto *button = qstyleoption_cast<const QStyleOptionButton *>(option);
        int width = px(24);
        if (button != nullptr) {
            width += option->fontMetrics.horizontalAdvance(primary(widget) ? button->text : button->text)
                + (primary(widget) ? px(6) : 0);
            if (!button->icon.isNull()) {
                width += button->iconSize.width() + (button->text.isEmpty() ? 0 : px(6));
            }
            if (button->features & QStyleOptionButton::HasMenu) {
                width += px(16);
            }
        }
        return {width, px(26)};
    }
    case CT_LineEdit:
        return {size.width() + px(12), px(26)};
    case CT_ComboBox:
        return {size.width() + px(34), px(26)};
    case CT_SpinBox:
        return {size.width() + px(28), px(26)};
    case CT_MenuItem: {
        const auto *item = qstyleoption_cast<const QStyleOptionMenuItem *>(option);
        if (item == nullptr) {
            break;
        }
        if (item->menuItemType == QStyleOptionMenuItem::Separator) {
            return {px(16), px(9)};
        }
        const int tab = static_cast<int>(item->text.indexOf(QLatin1Char('\t')));
        const QString text = tab < 0 ? item->text : item->text.left(tab);
        int width = px(36) + option->fontMetrics.horizontalAdvance(text) + px(16);
        if (tab >= 0) {
            width += px(24)
                + std::max(item->reservedShortcutWidth, option->fontMetrics.horizontalAdvance(item->text.mid(tab + 1)));
        }
        if (item->menuItemType == QStyleOptionMenuItem::SubMenu) {
            width += px(16);
        }
        return {std::max(width, px(140)), px(26)};
    }
    case CT_CheckBox:
    case CT_RadioButton: {
        const QSize base = QProxyStyle::sizeFromContents(type, option, size, widget);
        return {base.width(), std::max(base.height(), px(24))};
    }
    case CT_ItemViewItem: {
        const QSize base = QProxyStyle::sizeFromContents(type, option, size, widget);
        return {base.width(), std::max(base.height(), px(24))};
    }
    default:
        break;
    }
    return QProxyStyle::sizeFromContents(type, option, size, widget);
}

QRect Style::subElementRect(SubElement element, const QStyleOption *option, const QWidget *widget) const
{
    if (element == SE_LineEditContents) {
        const auto *frame = qstyleoption_cast<const QStyleOptionFrame *>(option);
        const int side = frame != nullptr && frame->lineWidth > 0 ? px(6) : 0;
        return option->rect.adjusted(side, 0, -side, 0);
    }
    return QProxyStyle::subElementRect(element, option, widget);
}

QRect Style::subControlRect(
    ComplexControl control, const QStyleOptionComplex *option, SubControl sub, const QWidget *widget) const
{
    if (control == CC_ScrollBar) {
        // No arrows: groove over the whole length.
        const auto *slider = qstyleoption_cast<const QStyleOptionSlider *>(option);
        if (slider == nullptr) {
            return QProxyStyle::subControlRect(control, option, sub, widget);
        }
        const QRect r = option->rect;
        const bool horizontal = slider->orientation == Qt::Horizontal;
        const int length = horizontal ? r.width() : r.height();
        const qint64 range = static_cast<qint64>(slider->maximum) - slider->minimum;
        int handle = length;
        int at = 0;
        if (range > 0) {
            const qint64 whole = range + slider->pageStep;
            handle = std::clamp(
                static_cast<int>(length * static_cast<double>(slider->pageStep) / static_cast<double>(whole)),
                std::min(pixelMetric(PM_ScrollBarSliderMin, option, widget), length), length);
            at = sliderPositionFromValue(
                slider->minimum, slider->maximum, slider->sliderPosition, length - handle, slider->upsideDown);
        }
        const auto along = [&](int from, int size) {
            return horizontal ? QRect(r.x() + from, r.y(), size, r.height())
                              : QRect(r.x(), r.y() + from, r.width(), size);
        };
        switch (sub) {
        case SC_ScrollBarGroove:
            return r;
        case SC_ScrollBarSlider:
            return along(at, handle);
        case SC_ScrollBarSubPage:
            return along(0, at);
        case SC_ScrollBarAddPage:
            return along(at + handle, length - at - handle);
        default:
            return {};
        }
    }
    if (control == CC_ComboBox) {
        const QRect r = option->rect;
        switch (sub) {
        case SC_ComboBoxFrame:
            return r;
        case SC_ComboBoxArrow:
            return {r.right() - px(24) + 1, r.y(), px(24), r.height()};
        case SC_ComboBoxEditField:
            return r.adjusted(px(9), 0, -px(24), 0);
        case SC_ComboBoxListBoxPopup:
            return r;
        default:
            break;
        }
    }
    return QProxyStyle::subControlRect(control, option, sub, widget);
}

void Style::drawPrimitive(
    PrimitiveElement element, const QStyleOption *option, QPainter *painter, const QWidget *widget) const
{
    const bool enabled = option->state & State_Enabled;
    const bool hover = enabled && (option->state & State_MouseOver);
    const bool down = option->state & (State_Sunken | State_On);
    switch (element) {
    case PE_FrameFocusRect: {
        if (!(option->state & State_KeyboardFocusChange)
            || qobject_cast<const QAbstractItemView *>(widget) != nullptr) {
            return;
        }
        paintFocusRing(*painter, QRectF(option->rect).adjusted(1, 1, -1, -1), 3);
        return;
    }
    case PE_PanelButtonCommand:
    case PE_PanelButtonTool:
    case PE_PanelButtonBevel: {
        if (primary(widget)) {
            QColor fill = token(Token::Accent);
            if (!enabled) {
                paintBox(painter, option->rect, token(Token::Track), {});
            } else {
                if (down || hover) {
                    const QColor surface = token(Token::Surface);
                    const double t = down ? 0.22 : 0.1;
                    fill = QColor::fromRgbF(static_cast<float>(fill.redF() * (1 - t) + surface.redF() * t),
                        static_cast<float>(fill.greenF() * (1 - t) + surface.greenF() * t),
                        static_cast<float>(fill.blueF() * (1 - t) + surface.blueF() * t));
                }
                paintBox(painter, option->rect, fill, {});
            }
        } else if (flat(option) || element == PE_PanelButtonTool) {
            if (down || hover) {
                paintBox(painter, option->rect, token(down ? Token::Selection : Token::Hover), {});
            }
        } else {
            paintBox(painter, option->rect,
                token(!enabled  ? Token::Surface
                        : down  ? Token::Selection
                        : hover ? Token::Hover
                                : Token::Surface),
                token(Token::Border));
        }
        return;
    }
    case PE_FrameDefaultButton:
        return;
    case PE_FrameLineEdit:
    case PE_PanelLineEdit: {
        const auto *frame = qstyleoption_cast<const QStyleOptionFrame *>(option);
        if (element == PE_PanelLineEdit && frame != nullptr && frame->lineWidth == 0) {
            return; // it sits in something that draws the frame
        }
        const bool focus = option->state & State_HasFocus;
        paintBox(painter, option->rect, token(enabled ? Token::Surface : Token::Bg),
            token(hover && !focus ? Token::BorderStrong : Token::Border));
        if (focus) {
            painter->save();
            painter->setRenderHint(QPainter::Antialiasing);
            painter->setBrush(Qt::NoBrush);
            painter->setPen(QPen(token(Token::Accent), 2));
            painter->drawRoundedRect(QRectF(option->rect).adjusted(1, 1, -1, -1), 3, 3);
            painter->restore();
        }
        return;
    }
    case PE_IndicatorCheckBox:
    case PE_IndicatorItemViewItemCheck: {
        const bool on = option->state & State_On;
        const QRect box = option->rect;
        paintBox(painter, box, token(on && enabled ? Token::Accent : Token::Surface),
            token(on && enabled ? Token::Accent
                    : hover     ? Token::Text
                                : Token::BorderStrong),
            2);
        if (on) {
            paintTick(painter, box, token(enabled ? Token::AccentText : Token::TextDisabled));
        } else if (option->state & State_NoChange) {
            painter->fillRect(box.adjusted(3, box.height() / 2 - 1, -3, -(box.height() / 2 - 1)), token(Token::Text));
        }
        return;
    }
    case PE_IndicatorRadioButton: {
        painter->save();
        painter->setRenderHint(QPainter::Antialiasing);
        const QRectF box = QRectF(option->rect).adjusted(0.5, 0.5, -0.5, -0.5);
        const bool on = option->state & State_On;
        painter->setBrush(token(Token::Surface));
        painter->setPen(QPen(token(on && enabled ? Token::Accent : hover ? Token::Text : Token::BorderStrong), 1));
        painter->drawEllipse(box);
        if (on) {
            painter->setPen(Qt::NoPen);
            painter->setBrush(token(enabled ? Token::Accent : Token::TextDisabled));
            painter->drawEllipse(box.adjusted(3.2, 3.2, -3.2, -3.2));
        }
        painter->restore();
        return;
    }
    case PE_PanelMenu:
        painter->fillRect(option->rect, token(Token::Raised));
        return;
    case PE_FrameMenu:
        painter->save();
        painter->setPen(token(Token::BorderStrong));
        painter->setBrush(Qt::NoBrush);
        painter->drawRect(option->rect.adjusted(0, 0, -1, -1));
        painter->restore();
        return;
    case PE_PanelTipLabel:
        painter->save();
        painter->setPen(token(Token::BorderStrong));
        painter->setBrush(token(Token::Surface));
        painter->drawRect(option->rect.adjusted(0, 0, -1, -1));
        painter->restore();
        return;
    case PE_Frame:
        if (qobject_cast<const QAbstractScrollArea *>(widget) != nullptr) {
            return;
        }
        if (widget != nullptr && widget->inherits("QComboBoxPrivateContainer")) {
            painter->save();
            painter->setPen(token(Token::BorderStrong));
            painter->setBrush(Qt::NoBrush);
            painter->drawRect(option->rect.adjusted(0, 0, -1, -1));
            painter->restore();
            return;
        }
        break;
    case PE_PanelScrollAreaCorner:
        return;
    case PE_PanelItemViewRow:
        return;
    case PE_PanelItemViewItem: {
        const auto *item = qstyleoption_cast<const QStyleOptionViewItem *>(option);
        if (option->state & State_Selected) {
            painter->fillRect(option->rect, token(Token::Selection));
            if (item != nullptr
                && (item->viewItemPosition == QStyleOptionViewItem::Beginning
                    || item->viewItemPosition == QStyleOptionViewItem::OnlyOne)) {
                painter->fillRect(
                    QRect(option->rect.left(), option->rect.top(), 3, option->rect.height()), token(Token::Accent));
            }
        } else if (hover) {
            painter->fillRect(option->rect, token(Token::Hover));
        }
        return;
    }
    case PE_IndicatorArrowDown:
        paintChevronDown(painter, option->rect, token(enabled ? Token::TextSecondary : Token::TextDisabled));
        return;
    default:
        break;
    }
    QProxyStyle::drawPrimitive(element, option, painter, widget);
}

void Style::drawControl(
    ControlElement element, const QStyleOption *option, QPainter *painter, const QWidget *widget) const
{
    switch (element) {
    case CE_PushButton: {
        const auto *button = qstyleoption_cast<const QStyleOptionButton *>(option);
        if (button == nullptr) {
            break;
        }
        const bool ring = keyboardFocus(option);
        QStyleOptionButton inner(*button);
        if (ring) {
            inner.rect = option->rect.adjusted(3, 3, -3, -3);
        }
        drawControl(CE_PushButtonBevel, &inner, painter, widget);
        inner.rect = option->rect;
        drawControl(CE_PushButtonLabel, &inner, painter, widget);
        if (ring) {
            paintFocusRing(*painter, QRectF(option->rect).adjusted(1, 1, -1, -1), 4);
        }
        return;
    }
    case CE_PushButtonBevel:
        drawPrimitive(PE_PanelButtonCommand, option, painter, widget);
        return;
    case CE_PushButtonLabel: {
        const auto *button = qstyleoption_cast<const QStyleOptionButton *>(option);
        if (button == nullptr) {
            break;
        }
        const bool enabled = option->state & State_Enabled;
        const bool filled = primary(widget);
        painter->save();
        painter->setPen(token(!enabled ? Token::TextDisabled : filled ? Token::AccentText : Token::Text));
        if (filled) {
            QFont strong = Theme::instance().font(TextRole::TableStrong);
            painter->setFont(strong);
        }
        const bool menu = button->features & QStyleOptionButton::HasMenu;
        const QString text = button->text;
        const int textWidth = painter->fontMetrics().size(Qt::TextShowMnemonic, text).width();
        const int iconWidth = button->icon.isNull() ? 0 : button->iconSize.width();
        const int gap = iconWidth > 0 && !text.isEmpty() ? px(6) : 0;
        const int menuWidth = menu ? px(16) : 0;
        const QRect r = option->rect;
        int x = r.x() + std::max(0, (r.width() - textWidth - iconWidth - gap - menuWidth) / 2);
        if (iconWidth > 0) {
            const QRect at(x, r.y() + (r.height() - iconWidth) / 2, iconWidth, iconWidth);
            button->icon.paint(painter, at, Qt::AlignCenter, enabled ? QIcon::Normal : QIcon::Disabled);
            x += iconWidth + gap;
        }
        const int flags = Qt::AlignVCenter | Qt::AlignLeft | Qt::TextSingleLine
            | (styleHint(SH_UnderlineShortcut, option, widget, nullptr) ? Qt::TextShowMnemonic : Qt::TextHideMnemonic);
        painter->drawText(QRect(x, r.y(), textWidth + 2, r.height()), flags, text);
        if (menu) {
            paintChevronDown(
                painter, QRect(x + textWidth + px(4), r.y(), px(12), r.height()), token(Token::TextSecondary));
        }
        painter->restore();
        return;
    }
    case CE_MenuItem:
        drawMenuItem(option, painter);
        return;
    case CE_MenuEmptyArea:
        return;
    case CE_ComboBoxLabel: {
        const auto *combo = qstyleoption_cast<const QStyleOptionComboBox *>(option);
        if (combo == nullptr || combo->editable) {
            break;
        }
        const QRect field = subControlRect(CC_ComboBox, combo, SC_ComboBoxEditField, widget);
        painter->save();
        painter->setPen(token(option->state & State_Enabled ? Token::Text : Token::TextDisabled));
        painter->drawText(field, Qt::AlignVCenter | Qt::AlignLeft,
            painter->fontMetrics().elidedText(combo->currentText, Qt::ElideRight, field.width()));
        painter->restore();
        return;
    }
    case CE_Splitter:
        painter->fillRect(option->rect, token(Token::Border));
        return;
    case CE_HeaderSection:
    case CE_HeaderEmptyArea:
        painter->fillRect(option->rect, token(Token::Surface));
        painter->fillRect(
            QRect(option->rect.left(), option->rect.bottom(), option->rect.width(), 1), token(Token::Border));
        return;
    case CE_ProgressBarGroove:
    case CE_ProgressBar: {
        const auto *bar = qstyleoption_cast<const QStyleOptionProgressBar *>(option);
        if (bar == nullptr || element != CE_ProgressBar) {
            break;
        }
        const QRect r(option->rect.x(), option->rect.center().y() - 1, option->rect.width(), 3);
        painter->fillRect(r, token(Token::Track));
        const double range = bar->maximum - bar->minimum;
        const double share = range > 0 ? (bar->progress - bar->minimum) / range : 0;
        painter->fillRect(
            QRect(r.x(), r.y(), qRound(r.width() * std::clamp(share, 0.0, 1.0)), r.height()), token(Token::Accent));
        return;
    }
    default:
        break;
    }
    QProxyStyle::drawControl(element, option, painter, widget);
}

void Style::drawMenuItem(const QStyleOption *option, QPainter *painter) const
{
    const auto *item = qstyleoption_cast<const QStyleOptionMenuItem *>(option);
    if (item == nullptr) {
        return;
    }
    const QRect r = option->rect;
    painter->save();
    if (item->menuItemType == QStyleOptionMenuItem::Separator) {
        painter->fillRect(QRect(r.x() + px(8), r.center().y(), r.width() - px(16), 1), token(Token::Border));
        painter->restore();
        return;
    }
    const bool enabled = option->state & State_Enabled;
    if (enabled && (option->state & State_Selected)) {
        paintBox(painter, r.adjusted(0, 0, 0, 0), token(Token::Selection), {});
    }
    const QRect mark(r.x() + px(10), r.y() + (r.height() - px(14)) / 2, px(14), px(14));
    if (item->checked) {
        if (item->checkType == QStyleOptionMenuItem::Exclusive) {
            painter->setRenderHint(QPainter::Antialiasing);
            painter->setBrush(token(Token::Text));
            painter->setPen(Qt::NoPen);
            painter->drawEllipse(QRectF(mark).center(), 3, 3);
        } else {
            paintTick(painter, mark, token(Token::Text));
        }
    } else if (!item->icon.isNull()) {
        item->icon.paint(painter, QRect(mark.x() - 1, r.y() + (r.height() - px(16)) / 2, px(16), px(16)),
            Qt::AlignCenter, enabled ? QIcon::Normal : QIcon::Disabled);
    }
    painter->setFont(item->font);
    painter->setPen(token(enabled ? Token::Text : Token::TextDisabled));
    const int tab = static_cast<int>(item->text.indexOf(QLatin1Char('\t')));
    const QRect text(r.x() + px(36), r.y(), r.width() - px(48), r.height());
    painter->drawText(text, Qt::AlignVCenter | Qt::AlignLeft | Qt::TextSingleLine | Qt::TextShowMnemonic,
        tab < 0 ? item->text : item->text.left(tab));
    if (tab >= 0) {
        painter->setPen(token(enabled ? Token::TextSecondary : Token::TextDisabled));
        painter->drawText(text, Qt::AlignVCenter | Qt::AlignRight | Qt::TextSingleLine, item->text.mid(tab + 1));
    }
    if (item->menuItemType == QStyleOptionMenuItem::SubMenu) {
        painter->setRenderHint(QPainter::Antialiasing);
        painter->setPen(QPen(token(Token::TextSecondary), 1.35, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
        const QPointF c(r.right() - px(12), r.center().y() + 0.5);
        painter->drawPolyline(
            QPolygonF{{c.x() - 1.75, c.y() - 3.5}, {c.x() + 1.75, c.y()}, {c.x() - 1.75, c.y() + 3.5}});
    }
    painter->restore();
}

void Style::drawScrollBar(const QStyleOptionComplex *option, QPainter *painter, const QWidget *widget) const
{
    // The bar paints all of its place, in the colour of what it scrolls: nobody else paints there.
    for (const QWidget *above = widget; above != nullptr; above = above->parentWidget()) {
        if (const auto *area = qobject_cast<const QAbstractScrollArea *>(above)) {
            painter->fillRect(option->rect, area->viewport()->palette().brush(area->viewport()->backgroundRole()));
            break;
        }
    }
    const auto *slider = qstyleoption_cast<const QStyleOptionSlider *>(option);
    if (slider == nullptr || slider->maximum <= slider->minimum) {
        return;
    }
    const QRect handle = subControlRect(CC_ScrollBar, option, SC_ScrollBarSlider, widget);
    const bool wide = (option->state & State_MouseOver) || slider->activeSubControls != SC_None;
    const int thick = px(wide ? 10 : 6);
    QRectF bar = handle;
    if (slider->orientation == Qt::Horizontal) {
        bar = QRectF(handle.x() + 1, handle.bottom() - thick, handle.width() - 2, thick);
    } else {
        bar = QRectF(handle.right() - thick, handle.y() + 1, thick, handle.height() - 2);
    }
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);
    painter->setPen(Qt::NoPen);
    painter->setBrush(token(Token::BorderStrong));
    painter->drawRoundedRect(bar, thick / 2.0, thick / 2.0);
    painter->restore();
}

void Style::drawComboBox(const QStyleOptionComplex *option, QPainter *painter, const QWidget *widget) const
{
    const bool enabled = option->state & State_Enabled;
    const bool hover = enabled && (option->state & State_MouseOver);
    const bool down = option->state & (State_On | State_Sunken);
    const bool ring = keyboardFocus(option);
    paintBox(painter, option->rect,
        token(down        ? Token::Selection
                : hover   ? Token::Hover
                : enabled ? Token::Surface
                          : Token::Bg),
        token(Token::Border));
    if (ring) {
        painter->save();
        painter->setRenderHint(QPainter::Antialiasing);
        painter->setPen(QPen(token(Token::Accent), 2));
        painter->setBrush(Qt::NoBrush);
        painter->drawRoundedRect(QRectF(option->rect).adjusted(1, 1, -1, -1), 3, 3);
        painter->restore();
    }
    paintChevronDown(painter, subControlRect(CC_ComboBox, option, SC_ComboBoxArrow, widget),
        token(enabled ? Token::TextSecondary : Token::TextDisabled));
}

void Style::drawComplexControl(
    ComplexControl control, const QStyleOptionComplex *option, QPainter *painter, const QWidget *widget) const
{
    switch (control) {
    case CC_ScrollBar:
        drawScrollBar(option, painter, widget);
        return;
    case CC_ComboBox:
        drawComboBox(option, painter, widget);
        return;
    default:
        QProxyStyle::drawComplexControl(control, option, painter, widget);
    }
}

} // namespace sextant::ui
