using Vascular.Acquisition.Examinations;
using Vascular.Devices.Links;

namespace Vascular.Acquisition.Station;

/// <summary>One device of a station, as configured.</summary>
public sealed record DeviceConfiguration
{
    /// <summary>Name of device and link on tape, screen and topics: <c>a-z 0-9 -</c>, unique in the station.</summary>
    public required string Name { get; init; }

    public required DeviceProtocol Protocol { get; init; }

    /// <summary>Where it is; null where it is simulated and no line was written.</summary>
    public required LinkSettings? Link { get; init; }

    /// <summary>The station plays the device itself and leaves the line alone: <c>"simulate": true</c>.</summary>
    public bool Simulate { get; init; }

    /// <summary>True for <see cref="Simulate"/> and for a simulator behind the port (<c>simulate device</c>): everything measured with it carries HTEST.</summary>
    public bool Simulated { get; init; }

    /// <summary>Silence that is reported; null: never. Configured as <c>silence_s</c>, else the protocol's.</summary>
    public TimeSpan? Silence { get; init; }

    /// <summary>What the site says of it beyond its protocol.</summary>
    public Examinations.DeviceOptions Options { get; init; } = Examinations.DeviceOptions.Usual;

    /// <summary>Largest pressure the cuff module inflates to, mmHg; null where not configured.</summary>
    public int? CuffLimitMmHg { get; init; }

    /// <summary>How a TcPO2 monitor is wired and used; null for every other device.</summary>
    public SkinSensorSettings? SkinSensor { get; init; }

    /// <summary>Which converter a pressure transducer hangs on, and what its voltage means; null for every other device.</summary>
    public TransducerSettings? Transducer { get; init; }
}
