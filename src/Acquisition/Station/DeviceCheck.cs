using System.Globalization;
using Vascular.Devices.Links;

namespace Vascular.Acquisition.Station;

/// <summary>What a configured device misses on this machine. No port is opened: a station may be reading it.</summary>
internal static class DeviceCheck
{
    internal static IEnumerable<Complaint> Of(DeviceConfiguration device, Machine machine) => device.Link switch
    {
        LinkSettings.Serial serial => Serial(device.Name, serial, machine),
        LinkSettings.I2c i2c => Bus(device.Name, string.Create(CultureInfo.InvariantCulture, $"/dev/i2c-{i2c.Bus}"), machine),
        LinkSettings.Spi spi => Bus(device.Name, string.Create(CultureInfo.InvariantCulture, $"/dev/spidev{spi.Bus}.{spi.ChipSelect}"), machine),
        _ => [],
    };

    private static IEnumerable<Complaint> Serial(string name, LinkSettings.Serial serial, Machine machine)
    {
        if (DeviceFile.Find(serial.Path) is not { } port)
        {
            yield return new Complaint("device", $"{name} is not plugged in: no such port", serial.Path, $"plug it in and switch it on, or correct {serial.ConfiguredAt}.path");
        }
        else if (!machine.MayUse(port.Target))
        {
            yield return new Complaint("device", $"{name}: this user may not use its port", port.Target, "add the user to the group that owns it (sudo usermod -aG dialout USER) and log in again");
        }
        else if (UsbLatency.Remark(port.Target, machine.Terminals) is { } held)
        {
            string[] parts = held.Split(": ", 2);
            yield return new Complaint("device", $"{name}: {parts[0]}", port.Target, parts[1]);
        }
    }

    private static IEnumerable<Complaint> Bus(string name, string bus, Machine machine)
    {
        if (DeviceFile.Find(bus) is null)
        {
            yield return new Complaint("device", $"{name}: no such bus", bus, "switch the bus on (on a Raspberry Pi: dtparam=i2c_arm=on; elsewhere modprobe i2c-dev)");
        }
        else if (!machine.MayUse(bus))
        {
            yield return new Complaint("device", $"{name}: this user may not use its bus", bus, "add the user to the group that owns it (sudo usermod -aG i2c USER) and log in again");
        }
    }
}
