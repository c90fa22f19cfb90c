using Vascular.Devices.Links;

namespace Vascular.Devices.Tests.Links;

public sealed class SerialPortLinkTests : SerialContract
{
    protected override ILink Open(LinkSettings.Serial settings, ITapeClock clock) => SerialPortLink.Open(settings, clock, Time);
}
