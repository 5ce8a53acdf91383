new x_deskbridge.DeskbridgeOutbox().drain();
