namespace Vascular.Devices.Links;

/// <summary>Where a device is and how its line is set: everything needed to open a link.</summary>
public abstract record LinkSettings
{
    private LinkSettings()
    {
    }

    /// <summary>Where a person corrects these settings, for messages, for instance <c>devices[0].link</c>.</summary>
    public string ConfiguredAt { get; init; } = "link";

    /// <summary>A serial port of this machine.</summary>
    /// <param name="Path">Device path; a name under <c>/dev/serial/by-id</c> also tells the device's identity.</param>
    /// <param name="Baud">Bit/s, above 0.</param>
    public sealed record Serial(string Path, int Baud) : LinkSettings
    {
        /// <summary>Data bits of a character, 5 to 8.</summary>
        public int DataBits { get; init; } = 8;

        public SerialParity Parity { get; init; }

        /// <summary>1 or 2.</summary>
        public int StopBits { get; init; } = 1;

        /// <summary>Request to send raised while open. On by default: some adapters and isolators draw their power from it.</summary>
        public bool Rts { get; init; } = true;

        /// <summary>Data terminal ready raised while open. On by default, as any terminal program does.</summary>
        public bool Dtr { get; init; } = true;
    }

    /// <summary>A serial device behind a network box in raw mode, or a device that speaks TCP itself.</summary>
    /// <param name="Host">Name or address.</param>
    /// <param name="Port">1 to 65535.</param>
    public sealed record Tcp(string Host, int Port) : LinkSettings;
}

/// <summary>Parity bit of a serial character.</summary>
public enum SerialParity
{
    None,
    Odd,
    Even,
}
