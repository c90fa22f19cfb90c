using Vascular.Acquisition.Station;

namespace Vascular.Acquisition.Bedside;

/// <summary>What is wrong with a device and what to do, until it is well again.</summary>
/// <param name="Event">A word of <see cref="LinkNotice"/>.</param>
public sealed record DeviceNotice(string Event, string Words)
{
    /// <summary>It does not come back by itself: somebody has to do what the words say.</summary>
    public bool IsFault => Event is LinkNotice.NotConnected or LinkNotice.NotUnderstood;

    public static DeviceNotice Of(LinkNotice notice)
    {
        ArgumentNullException.ThrowIfNull(notice);
        return new DeviceNotice(notice.Event, $"{notice.Event.Replace('_', ' ')}{(notice.Detail is { } detail ? $": {detail}" : string.Empty)}");
    }
}
