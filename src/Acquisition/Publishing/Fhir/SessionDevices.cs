using Hl7.Fhir.Model;

namespace Vascular.Acquisition.Publishing.Fhir;

/// <summary>The gateway and the devices behind it.</summary>
public static class SessionDevices
{
    public static Device Gateway(BundleFrame frame)
    {
        ArgumentNullException.ThrowIfNull(frame);
        return new Device
        {
            Meta = frame.Marks(),
            Identifier = [new Identifier(Systems.Uri, frame.Gateway)],
            Status = Hl7.Fhir.Model.Device.FHIRDeviceStatus.Active,
            DeviceName = [Name(frame.Report.Gateway)],
            Type = new CodeableConcept { Text = "Measurement gateway" },
            Version = [new Device.VersionComponent { Type = new CodeableConcept { Text = "software" }, Value = frame.Report.SoftwareVersion }],
        };
    }

    public static Device Of(ReportedDevice device, BundleFrame frame)
    {
        ArgumentNullException.ThrowIfNull(device);
        ArgumentNullException.ThrowIfNull(frame);
        return new Device
        {
            Meta = frame.Marks(),
            Status = Hl7.Fhir.Model.Device.FHIRDeviceStatus.Active,
            SerialNumber = device.Identity,
            DeviceName = [Name(device.Simulated ? $"{device.Kind} (simulated)" : device.Kind)],
            Type = device.MdcType is { } mdc ? Type(mdc) : new CodeableConcept { Text = device.Kind },
            Parent = new ResourceReference(frame.Gateway),
        };
    }

    private static Device.DeviceNameComponent Name(string name) => new() { Name = name, Type = DeviceNameType.UserFriendlyName };

    /// <summary>The names are those seen in a source; a type without one is sent as its number.</summary>
    private static CodeableConcept Type(string mdc)
    {
        (string? display, string? text) = mdc switch
        {
            "70686" => ("MDC_DEV_PRESS_BLD_NONINV_VMD", "Noninvasive pressure VMD"),
            "70774" => ("MDC_DEV_PLETH_VMD", "Plethysmograph VMD"),
            "70710" => (null, "Transcutaneous oxygen VMD"),
            _ => ((string?)null, (string?)null),
        };
        return new CodeableConcept { Coding = [new Coding(Systems.Mdc, mdc, display)], Text = text };
    }
}
