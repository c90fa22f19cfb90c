using System.Device.Spi;
using System.Globalization;
using Vascular.Devices.Registers;

namespace Vascular.Devices.Links;

/// <summary>Opens a chip on an SPI bus of this machine (<see cref="ChipPolled"/>).</summary>
public static class SpiPolled
{
    /// <summary>Bit/s on the bus: slow enough for an MCP3201 at 2.7 V (0.8 MHz) and fast enough for an HX711 (its clock high for less than 50 µs).</summary>
    public const int ClockHz = 500_000;

    /// <summary>Opens the bus and makes sure that the chip answers, as far as a chip without a name can be told from an open wire.</summary>
    /// <exception cref="IOException">No bus, or nobody behind that chip select: what, where, what to do.</exception>
    public static ValueTask<PolledLink> OpenAsync(LinkSettings.Spi settings, ITapeClock clock, TimeProvider time, CancellationToken cancel) =>
        OpenAsync(settings, SpiDevice.Create, clock, time, cancel);

    internal static ValueTask<PolledLink> OpenAsync(
        LinkSettings.Spi settings, Func<SpiConnectionSettings, SpiDevice> create, ITapeClock clock, TimeProvider time, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(settings);
        return ChipPolled.OpenAsync(
            string.Create(CultureInfo.InvariantCulture, $"/dev/spidev{settings.Bus}.{settings.ChipSelect}"),
            $"{settings.ConfiguredAt}.bus and .chip_select",
            settings.Period,
            () => create(new SpiConnectionSettings(settings.Bus, settings.ChipSelect) { Mode = SpiMode.Mode0, ClockFrequency = ClockHz, DataBitLength = 8 }),
            device => Driver(settings.Chip, device),
            clock,
            time,
            cancel);
    }

    private static IRegisterChip Driver(SpiChip chip, SpiDevice device) => chip switch
    {
        SpiChip.Mcp320x converter => new Registers.Mcp320x(device, converter),
        SpiChip.Hx711 bridge => new Registers.Hx711(device, bridge),
        _ => throw new ArgumentOutOfRangeException(nameof(chip), chip, "No driver is known for this chip."),
    };
}
