using System.Net;
using Vascular.Devices.Mcp320x;

namespace Vascular.Devices.Links;

/// <summary>Where a device is and how its line is set: everything needed to open a link.</summary>
public abstract record LinkSettings
{
    private LinkSettings()
    {
    }

    /// <summary>Nothing is ever written to the device, whatever its protocol would have said.</summary>
    public bool ListenOnly { get; init; }

    /// <summary>Where a second reader gets a copy of what the device says; null for nowhere.</summary>
    public RelaySettings? Relay { get; init; }

    /// <summary>Where a person corrects these settings, for messages, for instance <c>devices[0].link</c>.</summary>
    public string ConfiguredAt { get; init; } = "link";

    /// <summary>How a serial line is set, wherever the port is.</summary>
    /// <param name="Baud">Bit/s, above 0.</param>
    public abstract record SerialLine(int Baud) : LinkSettings
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

        public SerialFlow Flow { get; init; }
    }

    /// <summary>A serial port of this machine.</summary>
    /// <param name="Path">Device path; a name under <c>/dev/serial/by-id</c> also tells the device's identity.</param>
    /// <param name="Baud">Bit/s, above 0.</param>
    public sealed record Serial(string Path, int Baud) : SerialLine(Baud)
    {
        public SerialReader Reader { get; init; }
    }

    /// <summary>A serial port of another machine whose line is set from here (RFC 2217).</summary>
    /// <param name="Host">Name or address.</param>
    /// <param name="Port">1 to 65535.</param>
    /// <param name="Baud">Bit/s, above 0.</param>
    public sealed record Rfc2217(string Host, int Port, int Baud) : SerialLine(Baud);

    /// <summary>A serial device behind a network box in raw mode, or a device that speaks TCP itself.</summary>
    /// <param name="Host">Name or address.</param>
    /// <param name="Port">1 to 65535.</param>
    public sealed record Tcp(string Host, int Port) : LinkSettings;

    /// <summary>A device that speaks in datagrams.</summary>
    /// <param name="Host">Name or address; what others send is not seen.</param>
    /// <param name="Port">1 to 65535.</param>
    public sealed record Udp(string Host, int Port) : LinkSettings
    {
        /// <summary>Data export of an IntelliVue monitor.</summary>
        public const int UsualPort = 24105;
    }

    /// <summary>A port of this machine on which a device dials in.</summary>
    /// <param name="Port">1 to 65535; 0 for any free one.</param>
    /// <param name="Peers">Addresses that may; at least one.</param>
    public abstract record Listening(int Port, IReadOnlyList<IPAddress> Peers) : LinkSettings
    {
        public virtual bool Equals(Listening? other) => base.Equals(other) && Port == other.Port && Peers.SequenceEqual(other.Peers);

        public override int GetHashCode() => HashCode.Combine(base.GetHashCode(), Port, Peers.Count);
    }

    /// <summary>A serial device behind a network box that dials this machine, in raw mode.</summary>
    public sealed record TcpListen(int Port, IReadOnlyList<IPAddress> Peers) : Listening(Port, Peers);

    /// <summary>A gateway that dials this machine and sends HL7 messages.</summary>
    public sealed record Mllp(int Port, IReadOnlyList<IPAddress> Peers) : Listening(Port, Peers)
    {
        public const int UsualPort = 2575;
    }

    /// <summary>A chip on an I2C bus of this machine, read once a period.</summary>
    /// <param name="Bus">Number of the bus: 1 for <c>/dev/i2c-1</c>.</param>
    /// <param name="Address">7-bit address, 0x08 to 0x77.</param>
    /// <param name="Chip">What is at that address, and what is read of it.</param>
    public sealed record I2c(int Bus, int Address, I2cChip Chip) : LinkSettings
    {
        /// <summary>One poll reads everything; a poll that takes longer costs the polls it covers.</summary>
        public TimeSpan Period { get; init; } = TimeSpan.FromSeconds(1);
    }

    /// <summary>A chip on an SPI bus of this machine, read once a period.</summary>
    /// <param name="Bus">Number of the bus: 0 for <c>/dev/spidev0.1</c>.</param>
    /// <param name="ChipSelect">Its chip select: 1 for <c>/dev/spidev0.1</c>.</param>
    /// <param name="Chip">What is behind it, and what is read of it.</param>
    public sealed record Spi(int Bus, int ChipSelect, SpiChip Chip) : LinkSettings
    {
        /// <summary>One poll reads everything; a poll that takes longer costs the polls it covers.</summary>
        public TimeSpan Period { get; init; } = TimeSpan.FromSeconds(1);
    }

    /// <summary>A Linux IIO device behind an iiod, read once a period over a connection of its own.</summary>
    /// <param name="Host">Name or address.</param>
    /// <param name="Port">1 to 65535; usually <see cref="UsualPort"/>.</param>
    /// <param name="Device">Label, name or id of the device in the daemon's context; this word stands on the tape.</param>
    /// <param name="Attributes">What one poll reads, in this order.</param>
    public sealed record Iiod(string Host, int Port, string Device, IReadOnlyList<IiodAttribute> Attributes) : LinkSettings
    {
        public const int UsualPort = 30431;

        /// <summary>What is read as it is sampled, in place of <see cref="Attributes"/>; null: one-shot reads.</summary>
        public IiodBuffer? Buffer { get; init; }

        /// <summary>One poll reads everything; a poll that takes longer costs the polls it covers.</summary>
        public TimeSpan Period { get; init; } = TimeSpan.FromSeconds(1);

        /// <summary>Deadline of each reply. After it the connection is dropped: a late reply must never be taken for the next one's.</summary>
        public TimeSpan ReplyLimit { get; init; } = TimeSpan.FromSeconds(2);
    }
}

/// <summary>A TCP port that hands a device's bytes to further readers.</summary>
/// <param name="Port">1 to 65535; 0 for any free one.</param>
public sealed record RelaySettings(int Port)
{
    /// <summary>Address of this machine it is bound to: loopback, unless a person wants it read from elsewhere.</summary>
    public IPAddress Address { get; init; } = IPAddress.Loopback;
}

/// <summary>A chip a register driver of ours reads.</summary>
public abstract record I2cChip
{
    private I2cChip()
    {
    }

    /// <summary>ADS1115 analogue-to-digital converter.</summary>
    /// <param name="Inputs">Inputs against ground that one poll converts, in this order, 0 to 3.</param>
    /// <param name="FullScaleMilliVolts">6144, 4096, 2048, 1024, 512 or 256.</param>
    /// <param name="PerSecond">8, 16, 32, 64, 128, 250, 475 or 860; a slower conversion averages more mains hum away.</param>
    public sealed record Ads1115(IReadOnlyList<int> Inputs, int FullScaleMilliVolts = 2048, int PerSecond = 128) : I2cChip;

    /// <summary>Honeywell MicroPressure sensor.</summary>
    public sealed record Mprls : I2cChip;

    /// <summary>MAX30102 pulse sensor.</summary>
    public sealed record Max30102 : I2cChip;

    /// <summary>BMP280 barometer.</summary>
    public sealed record Bmp280 : I2cChip;
}

/// <summary>A chip on SPI that a register driver of ours reads.</summary>
public abstract record SpiChip
{
    private SpiChip()
    {
    }

    /// <summary>MCP3201, 3202, 3204 or 3208 analogue-to-digital converter: one input against ground.</summary>
    /// <param name="Input">From 0; an MCP3201 has input 0 alone, between its two pins.</param>
    public sealed record Mcp320x(Mcp320xPart Part, int Input) : SpiChip;

    /// <summary>HX711 bridge converter, its clock pin on the bus's data out and its data pin on the bus's data in.</summary>
    /// <param name="Gain">128 or 64 for channel A, 32 for channel B.</param>
    public sealed record Hx711(int Gain = 128) : SpiChip;
}

/// <summary>One attribute of an IIO device.</summary>
/// <param name="Channel">Id of an input channel, for instance <c>voltage0</c> or <c>voltage0-voltage1</c>; null for an attribute of the device itself.</param>
/// <param name="Name">For instance <c>raw</c> or <c>scale</c>.</param>
public readonly record struct IiodAttribute(string? Channel, string Name);

/// <summary>Buffered samples of an IIO device.</summary>
/// <param name="Channels">Ids of the channels, in scan order; what one client of the daemon wants more is another's and ends the line.</param>
/// <param name="Samples">Samples of one read; more is fewer questions and a later trace.</param>
public sealed record IiodBuffer(IReadOnlyList<string> Channels, int Samples)
{
    public bool Equals(IiodBuffer? other) => other is not null && Samples == other.Samples && Channels.SequenceEqual(other.Channels);

    public override int GetHashCode() => HashCode.Combine(Samples, Channels.Count);
}

/// <summary>Parity bit of a serial character.</summary>
public enum SerialParity
{
    None,
    Odd,
    Even,

    /// <summary>The parity bit is always 1; not every driver makes it.</summary>
    Mark,

    /// <summary>The parity bit is always 0; not every driver makes it.</summary>
    Space,
}

/// <summary>Who may stop whom on a serial line. XON/XOFF is not offered: its two characters are data in every binary protocol.</summary>
public enum SerialFlow
{
    None,

    /// <summary>RTS and CTS: RTS is the driver's then.</summary>
    RtsCts,
}

/// <summary>What reads a serial port.</summary>
public enum SerialReader
{
    /// <summary>One thread of ours for all ports, on Linux; elsewhere <see cref="Ports"/>.</summary>
    Poll,

    /// <summary>System.IO.Ports.</summary>
    Ports,
}
