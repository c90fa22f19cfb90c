using Vascular.Acquisition.Publishing;

namespace Vascular.Acquisition.Station;

/// <summary>What a link's notice means to those who look after stations: a device's state and a technical event.</summary>
public static class LinkNews
{
    public static void Tell(this StationNews news, LinkNotice notice)
    {
        ArgumentNullException.ThrowIfNull(news);
        ArgumentNullException.ThrowIfNull(notice);
        if (notice.Event == LinkNotice.Electrode)
        {
            news.Electrode(notice.Link, notice.State);
            return;
        }

        if (notice is { Event: LinkNotice.ModemLines, Inputs: { } inputs })
        {
            news.ModemLines(notice.Link, LinkNotice.WordsOf(inputs));
            return;
        }

        if (StateOf(notice.Event) is { } state)
        {
            news.Device(notice.Link, state, notice.Event is LinkNotice.Silent or LinkNotice.NotUnderstood or LinkNotice.NotConnected ? Code(notice.Event) : null, notice.Simulated);
        }

        TechnicalEventType type = notice.Event is LinkNotice.BytesRefused or LinkNotice.NotUnderstood or LinkNotice.Understood or LinkNotice.Identified ? TechnicalEventType.Quality : TechnicalEventType.Link;
        TechnicalSeverity severity = notice.Event is LinkNotice.Connected or LinkNotice.Heard or LinkNotice.Understood or LinkNotice.Identified ? TechnicalSeverity.Info : TechnicalSeverity.Warning;
        news.Tell(new TechnicalEvent(type, Code(notice.Event), severity, notice.Link, notice.Detail));
    }

    /// <summary>Null: it says nothing about how the device stands.</summary>
    private static string? StateOf(string happened) => happened switch
    {
        LinkNotice.Connected or LinkNotice.Heard => DeviceState.Connected,
        LinkNotice.Identified or LinkNotice.Understood => DeviceState.Measuring,
        LinkNotice.Disconnected or LinkNotice.NotConnected => DeviceState.Disconnected,
        LinkNotice.Silent or LinkNotice.NotUnderstood => DeviceState.Fault,
        _ => null,
    };

    private static string Code(string happened) => happened.Replace('_', '-');
}
