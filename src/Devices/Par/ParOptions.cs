using System.Runtime.CompilerServices;

namespace Vascular.Devices.Par;

/// <summary>What the settings on the tape say about a PAR-family module: how it is to measure, and how long to wait for it.</summary>
/// <remarks>The module's own cuff limit cannot be read over the wire; it belongs to the station's settings. Times outside their range throw
/// <see cref="ArgumentOutOfRangeException"/>.</remarks>
public sealed record ParOptions
{
    /// <summary>Neonatal instead of adult mode.</summary>
    public bool Neonatal { get; init; }

    /// <summary>First inflation, one of the StartAt commands; null leaves the module's own. 160 and 180 mmHg exist for adults only.</summary>
    public ParCommand? StartPressure
    {
        get;
        init => field = value is null or >= ParCommand.StartAt100 and <= ParCommand.StartAt180
            ? value
            : throw new ArgumentOutOfRangeException(nameof(StartPressure), value, "One of the StartAt commands.");
    }

    /// <summary>From an end of measurement to asking for the result. 0.1 to 10 s.</summary>
    public TimeSpan ResultPause { get; init => field = Within(value, 0.1, 10); } = TimeSpan.FromSeconds(1);

    /// <summary>How long a status may take to come. 0.5 to 30 s; a status line takes 0.1 s on the wire.</summary>
    public TimeSpan ReplyTimeout { get; init => field = Within(value, 0.5, 30); } = TimeSpan.FromSeconds(3);

    /// <summary>How often a status is asked for again, 0 to 10.</summary>
    public int StatusRetries { get; init => field = Count(value); } = 2;

    /// <summary>How long after its start a measurement may take to send a first pressure. 1 to 60 s.</summary>
    public TimeSpan StartTimeout { get; init => field = Within(value, 1, 60); } = TimeSpan.FromSeconds(5);

    /// <summary>Silence in a running measurement after which its end is taken to have been lost, and the status asked. 1 to 60 s.</summary>
    public TimeSpan PressureTimeout { get; init => field = Within(value, 1, 60); } = TimeSpan.FromSeconds(5);

    /// <summary>Longest measurement; then it is aborted. 10 to 600 s.</summary>
    public TimeSpan MeasureTimeout { get; init => field = Within(value, 10, 600); } = TimeSpan.FromSeconds(180);

    /// <summary>Silence in manometer mode after which the command is sent again. 0.5 to 30 s.</summary>
    public TimeSpan ManometerTimeout { get; init => field = Within(value, 0.5, 30); } = TimeSpan.FromSeconds(2);

    /// <summary>How often manometer mode is asked for again, 0 to 10.</summary>
    public int ManometerRetries { get; init => field = Count(value); } = 3;

    /// <summary>From an abort to the look whether pressures still stream. 1 to 30 s.</summary>
    public TimeSpan StopTimeout { get; init => field = Within(value, 1, 30); } = TimeSpan.FromSeconds(2);

    /// <summary>How often an abort is sent again while pressures still stream, 0 to 10.</summary>
    public int StopRetries { get; init => field = Count(value); } = 3;

    private static TimeSpan Within(TimeSpan value, double fromS, double toS, [CallerMemberName] string name = "") =>
        value.TotalSeconds >= fromS && value.TotalSeconds <= toS ? value : throw new ArgumentOutOfRangeException(name, value, $"{fromS} to {toS} s.");

    private static int Count(int value, [CallerMemberName] string name = "") =>
        value is >= 0 and <= 10 ? value : throw new ArgumentOutOfRangeException(name, value, "0 to 10.");
}
