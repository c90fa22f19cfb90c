namespace Vascular.Devices.Links;

/// <summary>Modem lines of a serial port that the device drives, and this side reads.</summary>
/// <remarks>The numbers are those of RFC 2217's NOTIFY-MODEMSTATE, without the bits that say what changed.</remarks>
[Flags]
public enum SerialInputs
{
    None = 0,
    ClearToSend = 0x10,
    DataSetReady = 0x20,
    Ring = 0x40,
    CarrierDetect = 0x80,
}
