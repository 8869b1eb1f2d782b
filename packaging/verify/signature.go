package verify

func (v *verifier) checkSignatures() {}
