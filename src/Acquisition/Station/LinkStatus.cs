namespace Vascular.Acquisition.Station;

/// <summary>How a supervised link stands now, for screen and health; the record has the events instead.</summary>
/// <param name="Connected">The line is open.</param>
/// <param name="Silent">Connected, but nothing was heard for the silence limit.</param>
/// <param name="Path">What is connected; null while nothing is.</param>
/// <param name="Identity">Who is connected, where the line tells it.</param>
/// <param name="Problem">Why nothing is connected: what, where, what to do; null while connected and before the first attempt ended.</param>
public sealed record LinkStatus(bool Connected, bool Silent, string? Path, string? Identity, string? Problem)
{
    public static LinkStatus NotYetOpened { get; } = new(false, false, null, null, null);
}
