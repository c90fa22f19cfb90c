using System.Device.I2c;
using System.Globalization;
using Vascular.Devices.Registers;

namespace Vascular.Devices.Links;

/// <summary>Opens a chip on an I2C bus of this machine (<see cref="ChipPolled"/>).</summary>
public static class I2cPolled
{
    /// <summary>Opens the bus and makes sure that the chip answers.</summary>
    /// <exception cref="IOException">No bus, or nobody at that address: what, where, what to do.</exception>
    public static ValueTask<PolledLink> OpenAsync(LinkSettings.I2c settings, ITapeClock clock, TimeProvider time, CancellationToken cancel) =>
        OpenAsync(settings, I2cDevice.Create, clock, time, cancel);

    internal static ValueTask<PolledLink> OpenAsync(
        LinkSettings.I2c settings, Func<I2cConnectionSettings, I2cDevice> create, ITapeClock clock, TimeProvider time, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(settings);
        return ChipPolled.OpenAsync(
            string.Create(CultureInfo.InvariantCulture, $"/dev/i2c-{settings.Bus} 0x{settings.Address:X2}"),
            $"{settings.ConfiguredAt}.bus and .address",
            settings.Period,
            () => create(new I2cConnectionSettings(settings.Bus, settings.Address)),
            device => Driver(settings.Chip, device),
            clock,
            time,
            cancel);
    }

    private static IRegisterChip Driver(I2cChip chip, I2cDevice device) => chip switch
    {
        I2cChip.Ads1115 converter => new Ads1115(device, converter),
        I2cChip.Bmp280 => new Bmp280(device),
        I2cChip.Mprls => new Registers.Mprls(device),
        I2cChip.Max30102 => new Registers.Max30102(device),
        _ => throw new ArgumentOutOfRangeException(nameof(chip), chip, "No driver is known for this chip."),
    };
}
