namespace Vascular.Acquisition.Station;

/// <summary>How long recordings are kept and how much room an examination needs to begin, in hours, as people plan.</summary>
public sealed record StorageConfiguration
{
    /// <summary>Room below which no new examination begins. One that runs goes on as long as the disk takes it.</summary>
    public double FloorHours { get; init; } = 2;

    /// <summary>A recording may be trimmed so long after its examination ended, once its results are delivered; null: it is kept for ever. Results are kept always.</summary>
    public double? KeepHours { get; init; }

    /// <summary>What the tape of these devices takes in an hour, at most, bytes: every device streams, and each of its frames is a record of its own.</summary>
    /// <remarks>35 bytes a record besides its payload (docs/tape-format.md) and a chain record a second; the rest is assumed: a device that streams sends up to 100 frames of some bytes a second,
    /// the others some short lines.</remarks>
    public static long BytesPerHour(StationConfiguration station)
    {
        ArgumentNullException.ThrowIfNull(station);
        const int Streaming = 100 * (35 + 10);
        const int Slow = 10 * (35 + 40);
        const int Chain = 100;
        return 3600L * (Chain + station.Devices.Sum(d => d.Protocol.Silence == SupervisedLink.StreamingSilence ? Streaming : Slow));
    }

    /// <summary>Hours of examination that still fit.</summary>
    /// <param name="freeBytes">Room on the data folder's disk for this user.</param>
    public static double HoursLeft(StationConfiguration station, long freeBytes) => (double)freeBytes / BytesPerHour(station);
}
